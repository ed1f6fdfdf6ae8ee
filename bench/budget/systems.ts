import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { Span } from '../../src/core/types.ts'
import type { PlanSettings } from '../../src/core/plan/plan.ts'
import { fixedWindows } from './fixed-windows.ts'
import { recursiveSplits } from './recursive-splitter.ts'

/** How others do it: chunks of one size, ranked, put in whole from the best on until the next does not fit. */
export interface Baseline {
  /** Baselines with the same chunks share an index. */
  readonly chunks: 'fixed512' | 'fixed128' | 'recursive1000'
  readonly plan: Partial<PlanSettings>
}

const DENSE = { lexicalDepth: 0, rerank: 'never', hierarchy: false } as const
const HYBRID = { rerank: 'never', hierarchy: false } as const

export const BASELINES = {
  naive: { chunks: 'fixed512', plan: DENSE },
  hybrid512: { chunks: 'fixed512', plan: { rerank: 'always', hierarchy: false } },
  fixed128: { chunks: 'fixed128', plan: HYBRID },
  recursive: { chunks: 'recursive1000', plan: HYBRID },
  /** Only where asked for: what reranking adds to the second. */
  'hybrid512-fused': { chunks: 'fixed512', plan: HYBRID },
} as const satisfies Record<string, Baseline>

export type BaselineName = keyof typeof BASELINES

export const CHUNKERS: Readonly<Record<Baseline['chunks'], (text: string, counter: TokenCounter) => readonly Span[]>> = {
  fixed512: (text, counter) => fixedWindows(text, 512, counter),
  fixed128: (text, counter) => fixedWindows(text, 128, counter),
  recursive1000: (text) => recursiveSplits(text, { size: 1000, overlap: 200 }),
}

const NEVER_RERANK = { 'intents.default_plan.rerank': 'never', 'intents.built_in.compare.rerank': 'never' }

/** Ration with one part switched off: configuration laid over the effective one. One that names a setting that does not exist is left out, and that is said. */
export const ABLATIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'ration-without-excerpts': { 'packing.excerpts': false },
  'ration-without-neighbours': { 'packing.neighbours': 0 },
  'ration-without-near-duplicates': { 'packing.duplicate_jaccard': 1 },
  'ration-without-facets': { 'packing.facets': false },
  'ration-without-reranker': NEVER_RERANK,
  'ration-without-full-text': { 'intents.default_plan.lexical_depth': 0 },
  'ration-without-vectors': { 'intents.default_plan.vector_depth': 0 },
  'ration-without-intents': { 'intents.threshold': 1, 'intents.share_threshold': 1, 'intents.silence_threshold': 1 },
  'ration-without-stop-rule': { 'intents.default_plan.price_per_1k_tokens': 0 },
}

export const RATION = 'ration'
export const DEFAULT_SYSTEMS: readonly string[] = ['naive', 'hybrid512', 'fixed128', 'recursive', RATION, ...Object.keys(ABLATIONS)]
/** Where a corpus is changed, what matters is how the others take it. */
export const EXPERIMENT_SYSTEMS: readonly string[] = ['naive', 'hybrid512', RATION]
export const ALL_SYSTEMS: readonly string[] = [...Object.keys(BASELINES), RATION, ...Object.keys(ABLATIONS)]
export const isBaseline = (name: string): name is BaselineName => name in BASELINES
