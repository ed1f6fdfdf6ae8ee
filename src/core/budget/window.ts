/** A model's window and what of it is spoken for, in tokens. */
export interface ModelWindow {
  readonly tokens: number
  /** By what each part is for: `system`, `history`, `answer`, … */
  readonly reserve: Readonly<Record<string, number>>
}

/** Tokens that the parts of a prompt other than the context take together. */
export const reservedTokens = ({ reserve }: ModelWindow): number => Object.values(reserve).reduce((sum, tokens) => sum + tokens, 0)

/** Tokens of the window that are left for the context; zero or less is none. */
export const tokensLeft = (window: ModelWindow): number => window.tokens - reservedTokens(window)

export interface BudgetLimits {
  /** The largest budget, whatever the window. */
  readonly most: number
  /** The largest that `auto` may choose where no window says otherwise. */
  readonly autoCeiling: number
}

/** The ceiling of a budget: the smaller of what was asked for and what the window leaves, which may be nothing (zero or less). */
export function budgetCeiling(asked: number | 'auto', window: ModelWindow | null, limits: BudgetLimits): number {
  const left = window === null ? Infinity : tokensLeft(window)
  const wanted = asked === 'auto' ? (window === null ? limits.autoCeiling : Infinity) : asked
  return Math.min(wanted, left, limits.most)
}
