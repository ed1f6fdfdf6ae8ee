import { allowance, budgetLeaving, type BudgetShape } from '../core/packing/allowance.ts'
import { countFirstRequired } from '../core/packing/floor.ts'
import { kneeTokens } from '../core/packing/knee.ts'
import type { PackRules } from '../core/packing/rules.ts'
import { select } from '../core/packing/select.ts'
import type { Selection } from '../core/packing/selection.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { Budget } from '../core/request.ts'
import type { RequestContext } from './context.ts'
import type { Offers } from './offer.ts'
import type { PipelineSettings } from './settings.ts'

export interface PackInput {
  readonly offers: Offers
  readonly budget: Budget
  readonly plan: Plan
  /** Tokens of everything that is no passage. */
  readonly templateTokens: number
  /** Tokens kept back, because an earlier rendering came out longer than its parts; or, below 0, given back because it came out shorter. */
  readonly slack: number
}

export interface Packed {
  readonly selection: Selection
  /** What the budget was spent under; `auto` has found its knee. */
  readonly budgetTokens: number
  readonly shape: BudgetShape
  readonly rulesFor: (budgetTokens: number) => PackRules
}

/** Chooses what goes in. Pure arithmetic; run again with other slack where tokens did not add up at a seam. */
export function createPackStage(settings: PipelineSettings) {
  const { maxItems, perDocument, perSource, requiredShare, shareFloorTokens } = settings.packing

  return {
    name: 'pack',
    run(input: PackInput, context: RequestContext): Packed {
      const { offers, budget } = input
      return context.trace.runSync('pack', () => {
        const passages = offers.offers.map(({ passage }) => passage)
        const shape = shapeOf(input)
        const rulesFor = (tokens: number) => rulesOf(tokens, shape, input)
        const budgetTokens = budget.auto ? knee(budget.tokens) : budget.tokens
        const selection = select(passages, rulesFor(budgetTokens))
        const packed = { selection, budgetTokens, shape, rulesFor }
        return [packed, { in: passages.length, out: selection.chosen.length }]

        /** The budget that a packing under the ceiling would better have had, with all required documents; all of it where nothing fits. */
        function knee(ceiling: number): number {
          const { steps } = select(passages, rulesFor(ceiling))
          const first = countFirstRequired(steps)
          const tokens = steps.slice(0, first).reduce((sum, step) => sum + step.tokens, kneeTokens(steps.slice(first)))
          return tokens === 0 ? ceiling : Math.min(ceiling, budgetLeaving(tokens, shape))
        }
      })
    },
  }

  function shapeOf({ budget, plan, templateTokens, slack }: PackInput): BudgetShape {
    return {
      share: plan.budgetShare,
      shareFloor: shareFloorTokens,
      perDocument: budget.perDocument ?? perDocument ?? 1,
      perSource: budget.perSource ?? perSource ?? 1,
      forRequired: requiredShare,
      template: templateTokens + slack,
    }
  }

  /** Shares of documents and sources are of the ceiling: of a budget that ends at its knee they could leave no room for the passages that bend it. */
  function rulesOf(budgetTokens: number, shape: BudgetShape, { plan, budget, offers }: PackInput): PackRules {
    const { tokens, requiredTokens } = allowance(budgetTokens, shape)
    const { tokensPerDocument, tokensPerSource } = allowance(Math.max(budgetTokens, budget.tokens), shape)
    return {
      ...{ tokens, requiredTokens, tokensPerDocument, tokensPerSource },
      maxItems: budget.maxItems ?? maxItems,
      maxDocuments: plan.maxDocuments ?? Infinity,
      pricePer1kTokens: plan.pricePer1kTokens,
      repeatedShare: settings.packing.repeatedShare,
      facets: offers.facets,
    }
  }
}
