import type { BuiltInPlan, PlanChanges } from '../../../src/core/plan/intent-plans.ts'
import type { IntentPlans } from '../../../src/core/plan/plan-for.ts'
import type { PlanSettings } from '../../../src/core/plan/plan.ts'

export const DEFAULT_PLAN: PlanSettings = {
  retrieves: true,
  lexicalDepth: 100,
  vectorDepth: 100,
  fusion: 'min_max',
  vectorWeight: null,
  rerank: 'auto',
  rerankDepth: 32,
  rerankWeight: null,
  hierarchy: false,
  maxDocuments: null,
  budgetShare: 1,
  pricePer1kTokens: 0.02,
}

export const NO_CHANGES: PlanChanges = {
  retrieves: null,
  lexicalDepth: null,
  vectorDepth: null,
  fusion: null,
  vectorWeight: null,
  rerank: null,
  rerankDepth: null,
  rerankWeight: null,
  hierarchy: null,
  maxDocuments: null,
  budgetShare: null,
  pricePer1kTokens: null,
}

const builtIn = (changes: Partial<PlanChanges>): BuiltInPlan => ({ ...NO_CHANGES, ...changes, critical: false })

export const SETTINGS: IntentPlans = {
  threshold: 0.5,
  shareThreshold: 0.25,
  silenceThreshold: 0.9,
  defaultPlan: DEFAULT_PLAN,
  builtIn: {
    lookup: builtIn({ budgetShare: 0.6 }),
    howTo: builtIn({}),
    troubleshoot: builtIn({ lexicalDepth: 200 }),
    compare: builtIn({ rerank: 'always', maxDocuments: 20 }),
    overview: builtIn({ hierarchy: true, vectorDepth: 200 }),
    exact: builtIn({ vectorWeight: 0.3, rerank: 'never', fusion: 'rrf' }),
    chitchat: builtIn({ retrieves: false }),
  },
  custom: [{ name: 'refund', plan: { ...NO_CHANGES, maxDocuments: 3 }, critical: true }],
}
