import type { PackRules, Priced } from './pack.ts'
import { isWorthItsTokens } from './pack.ts'

/** How the tokens that pieces may take follow from the budget of the request. */
export interface BudgetShape {
  /** Share of the budget that the plan uses, in (0, 1]. */
  readonly share: number
  /** Tokens that are used whatever the share: a small budget is not made smaller. */
  readonly shareFloor: number
  /** Share of the used budget that one document may take, in (0, 1]. */
  readonly perDocument: number
  /** Tokens of the template itself. */
  readonly template: number
}

/** Tokens for pieces and for one document that a budget leaves. */
export function allowance(budget: number, shape: BudgetShape): { readonly tokens: number; readonly tokensPerDocument: number } {
  const used = Math.max(Math.min(budget, shape.shareFloor), Math.floor(budget * shape.share))
  return { tokens: used - shape.template, tokensPerDocument: Math.floor(used * shape.perDocument) }
}

/**
 * The smallest budget under which the cheapest worthwhile candidate is packed, or null where no candidate is worth its tokens.
 * `allowance` never shrinks when the budget grows, so the smallest is found by bisection below a budget that is surely enough.
 */
export function minimumBudget(
  candidates: readonly Priced[],
  rules: Pick<PackRules, 'pricePer1kTokens'>,
  shape: BudgetShape,
): number | null {
  const costs = candidates.filter((piece) => isWorthItsTokens(piece, rules.pricePer1kTokens)).map((piece) => piece.tokens)
  if (costs.length === 0) return null
  const cheapest = Math.min(...costs)
  let tooSmall = 0
  let enough = Math.ceil((Math.ceil(cheapest / shape.perDocument) + shape.template + 1) / shape.share) + 1
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2)
    if (fits(allowance(middle, shape), cheapest)) enough = middle
    else tooSmall = middle
  }
  return enough
}

function fits(allowed: { readonly tokens: number; readonly tokensPerDocument: number }, tokens: number): boolean {
  return tokens <= allowed.tokens && tokens <= allowed.tokensPerDocument
}
