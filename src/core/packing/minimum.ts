import type { PackRules, Priced } from './pack.ts'
import { isWorthItsTokens } from './pack.ts'

/** How the tokens that pieces may take follow from the budget of the request. */
export interface BudgetShape {
  /** Share of the budget that the plan uses, in (0, 1]. */
  readonly share: number
  /** Share of the used budget that one document may take, in (0, 1]. */
  readonly perDocument: number
  /** Tokens of the template itself. */
  readonly template: number
}

/** Tokens for pieces and for one document that a budget leaves. */
export function allowance(budget: number, shape: BudgetShape): { readonly tokens: number; readonly tokensPerDocument: number } {
  const used = Math.floor(budget * shape.share)
  return { tokens: used - shape.template, tokensPerDocument: Math.floor(used * shape.perDocument) }
}

/**
 * The smallest budget under which the cheapest worthwhile candidate is packed, or null where no candidate is worth its tokens.
 * Inverse of `allowance`; rounding is settled by stepping up until the allowance is large enough.
 */
export function minimumBudget(
  candidates: readonly Priced[],
  rules: Pick<PackRules, 'pricePer1kTokens'>,
  shape: BudgetShape,
): number | null {
  const costs = candidates.filter((piece) => isWorthItsTokens(piece, rules.pricePer1kTokens)).map((piece) => piece.tokens)
  if (costs.length === 0) return null
  const cheapest = Math.min(...costs)
  const needed = Math.max(cheapest + shape.template, Math.ceil(cheapest / shape.perDocument))
  let budget = Math.ceil(needed / shape.share)
  while (!fits(allowance(budget, shape), cheapest)) budget += 1
  return budget
}

function fits(allowed: { readonly tokens: number; readonly tokensPerDocument: number }, tokens: number): boolean {
  return tokens <= allowed.tokens && tokens <= allowed.tokensPerDocument
}
