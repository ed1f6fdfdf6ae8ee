import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProfileSettings } from '../core/ports/model-profiles.ts'
import type { HubModelSettings, HubProfileSettings, ModelSettings } from './model-settings.ts'
import type { ModelSource } from './model-source.ts'

/** What a profile consists of, before anything is loaded. */
export interface ProfileDefinition {
  readonly embedder: EmbedderDefinition
  readonly reranker: ModelSource | null
  /** File of the evidence model; `standard`'s for profiles that none was fitted for. */
  readonly evidence: string
  /** File of the confidence model, likewise. */
  readonly confidence: string
  readonly settings: ProfileSettings
}

export interface EmbedderDefinition {
  readonly source: ModelSource
  /** Null is a space of its own, named by the fingerprint. */
  readonly space: string | null
  readonly queryPrefix: string
  readonly passagePrefix: string
}

/** Both bundled encoders give vectors of the same space: the static one was taught by MiniLM. */
const BUNDLED_SPACE = 'all-MiniLM-L6-v2'

/** Its int8 table is only looked up: nothing is quantised at run time. */
const STATIC_ENCODER = 'ration-static-v0'

/**
 * Measured per profile with `ration bench tune` on the development half of ten public data sets (40 questions each, by a hash of their
 * id); docs/benchmarks.md shows the other half. The only place they stand.
 */
const MEASURED: Readonly<Record<'standard' | 'fast', ProfileSettings>> = {
  standard: { vectorWeight: 0.5, rerankWeight: 0.15, rerankMargin: 0.05 },
  fast: { vectorWeight: 0.3, rerankWeight: 0.2, rerankMargin: 0.08 },
}

/** Every profile by name: the two whose weights are bundled, then those of the configuration. */
export function profileDefinitions(settings: ModelSettings): ReadonlyMap<string, ProfileDefinition> {
  const bundled = (name: 'standard' | 'fast', encoder: string): ProfileDefinition => ({
    embedder: { source: bundledSource(settings, encoder, 'embedder'), space: BUNDLED_SPACE, queryPrefix: '', passagePrefix: '' },
    reranker: bundledSource(settings, 'ration-rerank-v0', 'reranker'),
    evidence: weightsFile(settings, 'evidence-v0', name),
    confidence: weightsFile(settings, 'confidence-v0', name),
    settings: MEASURED[name],
  })
  return new Map([
    ['standard', bundled('standard', 'all-MiniLM-L6-v2')],
    ['fast', bundled('fast', STATIC_ENCODER)],
    ...Object.entries(settings.profiles).map(([name, hub]) => [name, hubProfile(settings, hub)] as const),
  ])
}

const bundledDirectory = ({ directory }: ModelSettings): string => directory ?? fileURLToPath(new URL('../../models/', import.meta.url))

const weightsFile = (settings: ModelSettings, model: string, profile: 'standard' | 'fast'): string =>
  resolve(bundledDirectory(settings), model, `${profile}.json`)

function bundledSource(settings: ModelSettings, name: string, role: ModelSource['role']): ModelSource {
  return {
    name,
    role,
    folder: resolve(bundledDirectory(settings), name),
    hubId: null,
    dtype: 'q8',
    pooling: 'mean',
    maxTokens: 256,
    batched: name === STATIC_ENCODER,
  }
}

function hubProfile(settings: ModelSettings, hub: HubProfileSettings): ProfileDefinition {
  const { embedder, reranker } = hub
  return {
    embedder: {
      source: { ...hubSource(settings, embedder, 'embedder'), pooling: embedder.pooling },
      space: embedder.space,
      queryPrefix: embedder.queryPrefix,
      passagePrefix: embedder.passagePrefix,
    },
    reranker: reranker === null ? null : hubSource(settings, reranker, 'reranker'),
    evidence: weightsFile(settings, 'evidence-v0', 'standard'),
    confidence: weightsFile(settings, 'confidence-v0', 'standard'),
    settings: { vectorWeight: hub.vectorWeight, rerankWeight: hub.rerankWeight, rerankMargin: hub.rerankMargin },
  }
}

const hubSource = (settings: ModelSettings, model: HubModelSettings, role: ModelSource['role']): ModelSource => ({
  name: model.model,
  role,
  // Absolute, because transformers.js takes a relative `a/b` for a name on the hub.
  folder: resolve(model.directory ?? `${settings.cacheDirectory}/${model.model}`),
  hubId: model.directory === null ? model.model : null,
  dtype: model.dtype,
  pooling: 'mean',
  maxTokens: model.maxTokens,
  batched: model.dtype === 'fp32' || model.dtype === 'q4',
})
