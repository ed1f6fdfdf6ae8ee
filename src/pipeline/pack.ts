import { allowance, type BudgetShape } from '../core/packing/minimum.ts'
import { pack, type Packing } from '../core/packing/pack.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { Budget } from '../core/request.ts'
import type { RequestContext } from './context.ts'
import type { PricedCandidate } from './price.ts'
import type { PipelineSettings } from './settings.ts'

export interface PackInput {
  readonly priced: readonly PricedCandidate[]
  readonly budget: Budget
  readonly plan: Plan
  readonly templateTokens: number
  /** Tokens kept back, because an earlier rendering came out longer than its parts. */
  readonly slack: number
}

/** Chooses what goes in. Pure arithmetic; run again with slack in the rare case that tokens did not add up at a seam. */
export function createPackStage(settings: PipelineSettings) {
  const { duplicateJaccard, maxItems, perDocument, shareFloorTokens } = settings.packing

  function shapeOf({ budget, plan, templateTokens }: Pick<PackInput, 'budget' | 'plan' | 'templateTokens'>): BudgetShape {
    return {
      share: plan.budgetShare,
      shareFloor: shareFloorTokens,
      perDocument: budget.perDocument ?? perDocument ?? 1,
      template: templateTokens,
    }
  }

  return {
    name: 'pack',
    shapeOf,
    run(input: PackInput, context: RequestContext): Packing<PricedCandidate> {
      const { priced, budget, plan, slack } = input
      return context.trace.runSync('pack', () => {
        const { tokens, tokensPerDocument } = allowance(budget.tokens, shapeOf(input))
        const packing = pack(priced, {
          tokens: tokens - slack,
          tokensPerDocument,
          maxItems: budget.maxItems ?? maxItems,
          maxDocuments: plan.maxDocuments ?? Infinity,
          pricePer1kTokens: plan.pricePer1kTokens,
          duplicateJaccard,
        })
        return [packing, { in: priced.length, out: packing.packed.length }]
      })
    },
  }
}
