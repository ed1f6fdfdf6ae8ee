import type { Mode } from '../request.ts'
import type { Plan } from './plan.ts'

/** `quick` never reranks, `thorough` always, `auto` leaves the decision to the plan. */
export function applyMode(plan: Plan, mode: Mode): Plan {
  if (mode === 'auto') return plan
  return { ...plan, rerank: mode === 'quick' ? 'never' : 'always' }
}
