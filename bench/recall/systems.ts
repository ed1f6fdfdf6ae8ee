import type { PlanSettings } from '../../src/core/plan/plan.ts'

/** What is compared. Each is the whole query path with one thing switched, never a path of its own. */
export const SYSTEMS = ['bm25', 'dense', 'hybrid', 'rerank', 'auto'] as const
export type System = (typeof SYSTEMS)[number]

const OVERRIDES: Readonly<Record<System, Partial<PlanSettings>>> = {
  bm25: { vectorDepth: 0, rerank: 'never' },
  dense: { lexicalDepth: 0, rerank: 'never' },
  hybrid: { rerank: 'never' },
  rerank: { rerank: 'always' },
  auto: { rerank: 'auto' },
}

/** What is laid over the plan for a system. */
export const overridesOf = (system: System, hierarchy: boolean): Partial<PlanSettings> => ({ ...OVERRIDES[system], hierarchy })

export const needsReranker = (system: System): boolean => system === 'rerank' || system === 'auto'
