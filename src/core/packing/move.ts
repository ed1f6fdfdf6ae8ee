/** Showing passage `index` at position `to` of its chain instead of what is shown of it now. */
export interface Move {
  readonly index: number
  readonly to: number
  readonly gain: number
  readonly tokens: number
  /** Gain per token. */
  readonly efficiency: number
}
