import { applyMode } from '../core/plan/apply.ts'
import { createPlanner } from '../core/plan/plan-for.ts'
import type { Plan, PlanSettings } from '../core/plan/plan.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import { deriveQuery, type DerivedQuery } from '../core/query/derive.ts'
import type { Mode } from '../core/request.ts'
import type { RequestContext } from './context.ts'
import type { PipelineSettings } from './settings.ts'

export interface PlanInput {
  readonly query: string
  /** Forces an intent; null classifies. */
  readonly intent: string | null
  /** False takes the default plan without asking the classifier. */
  readonly classify: boolean
  readonly mode: Mode
  readonly overrides: Partial<PlanSettings>
}

export interface Planned {
  readonly plan: Plan
  readonly derived: DerivedQuery
}

/** Intents of the query and what they ask of the stages after this one; what is searched for a messy query. */
export function createPlanStage(settings: PipelineSettings, classifier: IntentClassifier) {
  const { lexicalTerms, lexicalCharacters, vectorCharacters } = settings.retrieve
  const planFor = createPlanner(settings.intents)
  const bounds = { lexicalTerms, lexicalCharacters, vectorCharacters }

  return {
    name: 'plan',
    run(input: PlanInput, context: RequestContext): Planned {
      return context.trace.runSync('plan', () => {
        const derived = deriveQuery(input.query, bounds)
        const labels = input.classify && input.intent === null ? classifier.classify(input.query) : []
        const planned = planFor({ labels, forced: input.intent, identifiers: derived.identifiers })
        const plan = { ...applyMode(planned, input.mode), ...input.overrides }
        return [
          { plan, derived },
          { in: 1, out: plan.intents.length },
        ]
      })
    },
  }
}
