/** What of a stream is needed to write to people. */
export interface Output {
  readonly isTTY?: boolean
  write(text: string): void
}
