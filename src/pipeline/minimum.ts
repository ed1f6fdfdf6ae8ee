import { smallestBudget } from '../core/packing/allowance.ts'
import type { RequestContext } from './context.ts'
import { spend, type SpendInput, type Spent } from './spend.ts'
import type { Stages } from './stages.ts'
import { Trace } from './trace.ts'

/** How often a budget is tried that is too small for what it shows once that is rendered: a fence has to be closed, a notice to be given. */
const TRIALS = 8

/**
 * The budget under which something would have been shown where nothing was, tried out: what the parts cost is the least that it can be, and what fits
 * when it is rendered is the answer. Null where nothing is worth its tokens.
 */
export function minimumFor(
  stages: Pick<Stages, 'pack' | 'render'>,
  input: SpendInput,
  nothing: Spent,
  context: RequestContext,
): number | null {
  const { offers, plan } = input
  const passages = offers.offers.map(({ passage }) => passage)
  // Trials are no stages of the answer.
  const untold = { ...context, trace: new Trace(context.clock) }
  let known = 0
  let spent = nothing
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const { pricePer1kTokens } = plan
    const smallest = smallestBudget(passages, { pricePer1kTokens, facets: offers.facets }, spent.packed.shape)
    if (smallest === null) return null
    known = Math.max(smallest, known + 1)
    spent = spend(stages, { ...input, budget: { ...input.budget, tokens: known, auto: false } }, untold)
    if (spent.rendered.tokens > 0) return known
  }
  return known
}
