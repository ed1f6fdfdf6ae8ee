import type { Passage } from './passage.ts'
import { problemOf } from './problem.ts'
import type { PackRules } from './rules.ts'
import { minEfficiency } from './select.ts'
import { PackState } from './state.ts'

/** How the tokens that passages may take follow from the budget of the request. */
export interface BudgetShape {
  /** Share of the budget that the plan uses, in (0, 1]. */
  readonly share: number
  /** Tokens that are used whatever the share: a small budget is not made smaller. */
  readonly shareFloor: number
  /** Share of the used budget that one document, and that one source may take, in (0, 1]. */
  readonly perDocument: number
  readonly perSource: number
  /** Share of the used budget that required documents get before others compete, in [0, 1]. */
  readonly forRequired: number
  /** Tokens of the template itself, and what is kept back. */
  readonly template: number
}

export type Allowance = Pick<PackRules, 'tokens' | 'tokensPerDocument' | 'tokensPerSource' | 'requiredTokens'>

/** What a budget leaves. Never less for a larger budget. */
export function allowance(budget: number, shape: BudgetShape): Allowance {
  const used = usedOf(budget, shape)
  return {
    tokens: used - shape.template,
    tokensPerDocument: capOf(used, shape.perDocument),
    tokensPerSource: capOf(used, shape.perSource),
    requiredTokens: Math.floor(used * shape.forRequired),
  }
}

/** The smallest budget that leaves so many tokens for passages. */
export function budgetLeaving(tokens: number, shape: BudgetShape): number {
  const needed = tokens + shape.template
  const budget = needed <= shape.shareFloor ? needed : Math.ceil(needed / shape.share)
  return usedOf(budget, shape) < needed ? budget + 1 : budget
}

/** The whole is no cap: items that join take less than they cost, and what that saves may be spent on one document as well. */
const capOf = (used: number, share: number): number => (share === 1 ? Infinity : Math.floor(used * share))

function usedOf(budget: number, { share, shareFloor }: BudgetShape): number {
  return Math.max(Math.min(budget, shareFloor), Math.floor(budget * share))
}

/**
 * The smallest budget under which something is packed: a variant of a required document, or one that is worth its tokens. Null where there is neither.
 * `allowance` never shrinks when the budget grows, so it is found by bisection below a budget that is surely enough.
 */
export function smallestBudget(
  passages: readonly Passage[],
  rules: Pick<PackRules, 'pricePer1kTokens' | 'facets'>,
  shape: BudgetShape,
): number | null {
  const cheapest = cheapestMove(passages, rules)
  if (cheapest === null) return null
  const leastShare = Math.min(shape.perDocument, shape.perSource)
  let tooSmall = 0
  let enough = Math.ceil((Math.ceil(cheapest / leastShare) + shape.template + 1) / shape.share) + 1
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2)
    if (fits(cheapest, allowance(middle, shape))) enough = middle
    else tooSmall = middle
  }
  return enough
}

function cheapestMove(passages: readonly Passage[], rules: Pick<PackRules, 'pricePer1kTokens' | 'facets'>): number | null {
  const unlimited = { maxItems: Infinity, maxDocuments: Infinity, tokensPerDocument: Infinity, tokensPerSource: Infinity }
  const problem = problemOf(passages, { ...rules, ...unlimited, tokens: Infinity, requiredTokens: 0, repeatedShare: 1 })
  const state = new PackState(problem)
  const costs = problem.passages.flatMap((passage, index) => {
    const worthwhile = state.moves(index).filter(({ efficiency }) => efficiency >= minEfficiency(problem.rules))
    return [...worthwhile.map(({ tokens }) => tokens), ...(passage.required ? [state.cost(index, 0)] : [])]
  })
  return costs.length === 0 ? null : costs.reduce((least, cost) => Math.min(least, cost))
}

const fits = (tokens: number, allowed: Allowance): boolean =>
  tokens <= allowed.tokens && tokens <= allowed.tokensPerDocument && tokens <= allowed.tokensPerSource
