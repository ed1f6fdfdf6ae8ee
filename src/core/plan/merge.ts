import type { PlanSettings } from './plan.ts'

export interface Share {
  readonly share: number
  readonly plan: PlanSettings
}

const RERANK_STRENGTH = ['never', 'auto', 'always'] as const

/**
 * One plan for several intents whose shares sum to 1. Depths, weights, budget share and price are means weighted by share
 * (depths and documents rounded); what one intent needs and another can bear wins: retrieving, the strongest reranking,
 * documents first. A weight is the profile's (null) where it is that for the larger share; no limit on documents (null) wins.
 * The fusion method is that of the largest share (the first of equals).
 */
export function mergePlans(shares: readonly [Share, ...Share[]]): PlanSettings {
  const plans = shares.map(({ plan }) => plan)
  const mean = (field: (plan: PlanSettings) => number): number => weightedMean(shares.map(({ share, plan }) => [share, field(plan)]))
  const depth = (field: (plan: PlanSettings) => number): number => Math.round(mean(field))
  const weight = (field: (plan: PlanSettings) => number | null): number | null =>
    nullableMean(shares.map(({ share, plan }) => [share, field(plan)]))
  const documents = plans.map(({ maxDocuments }) => maxDocuments)
  return {
    retrieves: plans.some(({ retrieves }) => retrieves),
    lexicalDepth: depth(({ lexicalDepth }) => lexicalDepth),
    vectorDepth: depth(({ vectorDepth }) => vectorDepth),
    fusion: shares.reduce((largest, next) => (next.share > largest.share ? next : largest)).plan.fusion,
    vectorWeight: weight(({ vectorWeight }) => vectorWeight),
    rerank: RERANK_STRENGTH[Math.max(...plans.map(({ rerank }) => RERANK_STRENGTH.indexOf(rerank)))] ?? 'auto',
    rerankDepth: depth(({ rerankDepth }) => rerankDepth),
    rerankWeight: weight(({ rerankWeight }) => rerankWeight),
    hierarchy: plans.some(({ hierarchy }) => hierarchy),
    maxDocuments: documents.includes(null) ? null : depth(({ maxDocuments }) => maxDocuments ?? 0),
    budgetShare: mean(({ budgetShare }) => budgetShare),
    pricePer1kTokens: mean(({ pricePer1kTokens }) => pricePer1kTokens),
  }
}

/** Kept inside the range of its values: shares that sum to 1 only nearly must not carry a share of 1 beyond 1. */
function weightedMean(items: readonly (readonly [share: number, value: number])[]): number {
  const values = items.map(([, value]) => value)
  const mean = items.reduce((sum, [share, value]) => sum + share * value, 0) / items.reduce((sum, [share]) => sum + share, 0)
  return Math.min(Math.max(mean, Math.min(...values)), Math.max(...values))
}

/** Null stands for a value not known here and cannot be averaged: the larger side decides, null on a tie. */
function nullableMean(items: readonly (readonly [share: number, value: number | null])[]): number | null {
  const known = items.filter((item): item is readonly [number, number] => item[1] !== null)
  const share = known.reduce((sum, [part]) => sum + part, 0)
  const all = items.reduce((sum, [part]) => sum + part, 0)
  return share > all / 2 ? weightedMean(known) : null
}
