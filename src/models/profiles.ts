import type { Worker } from 'node:worker_threads'
import { parseConfidenceModel } from '../core/confidence/parse-model.ts'
import { AppError } from '../core/errors.ts'
import { parseEvidenceModel } from '../core/evidence/parse-model.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { ModelProfiles, Profile } from '../core/ports/model-profiles.ts'
import { createFingerprints } from './fingerprint.ts'
import { readFittedModel } from './fitted-model.ts'
import type { ModelSettings } from './model-settings.ts'
import { missingFiles, type ModelSource } from './model-source.ts'
import { OnnxEmbedder } from './onnx-embedder.ts'
import { OnnxLane, spawnOnnxWorker } from './onnx-host.ts'
import type { WorkerSettings } from './onnx-messages.ts'
import { OnnxReranker } from './onnx-reranker.ts'
import { profileDefinitions, type ProfileDefinition } from './profile-settings.ts'

/** Loading is bounded by the thread that loads, not by a request: who opens a profile first loads it for everybody. */
const UNBOUNDED = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY }

/**
 * The model profiles of a process, over two lanes that they share: `queries` (questions, then reranking) and `passages`, so
 * that a question never waits behind a batch. A profile is loaded once, in the lane of queries, by whoever opens it first; a
 * failed load is forgotten; the lane of passages loads with its first batch. After close every call rejects `shutting_down`.
 */
export function createModelProfiles(
  settings: ModelSettings,
  clock: Clock,
  spawn: (settings: WorkerSettings) => Worker = spawnOnnxWorker,
): ModelProfiles {
  const definitions = profileDefinitions(settings)
  const fingerprints = createFingerprints()
  const queries = new OnnxLane({ ...settings, threads: 1, niceness: 0 }, clock, spawn)
  const passages = new OnnxLane({ ...settings, threads: settings.passageThreads, niceness: settings.passageNiceness }, clock, spawn)
  const opened = new Map<string, Promise<Profile>>()

  async function load(source: ModelSource): Promise<number> {
    await requireFiles(source, settings.allowDownload)
    const { dimensions } = await queries.run<'load'>({ kind: 'load', model: source }, false, UNBOUNDED)
    return dimensions
  }

  async function openProfile(name: string, definition: ProfileDefinition): Promise<Profile> {
    const { embedder, reranker } = definition
    const dimensions = await load(embedder.source)
    const fingerprint = await fingerprints.of(embedder.source, embedder)
    const identity = { ...embedder, fingerprint, dimensions, space: embedder.space ?? fingerprint }
    if (reranker !== null) await load(reranker)
    return {
      name,
      queries: new OnnxEmbedder(identity, queries, settings.requestTexts),
      passages: new OnnxEmbedder(identity, passages, settings.requestTexts),
      reranker:
        reranker === null ? null : new OnnxReranker(reranker, await fingerprints.of(reranker), queries, settings.requestTexts),
      evidence: await readFittedModel(definition.evidence, parseEvidenceModel),
      confidence: await readFittedModel(definition.confidence, parseConfidenceModel),
      settings: definition.settings,
    }
  }

  return {
    names: [...definitions.keys()],

    async open(name) {
      const definition = definitions.get(name)
      if (definition === undefined) {
        const profiles = [...definitions.keys()]
        throw new AppError('unknown_profile', `There is no model profile "${name}"; there are ${profiles.join(', ')}`, { profiles })
      }
      const known = opened.get(name)
      if (known !== undefined) return known
      const opening = openProfile(name, definition)
      opened.set(name, opening)
      opening.catch(() => opened.delete(name))
      return opening
    },

    async close() {
      await Promise.all([queries.close(), passages.close()])
    },
  }
}

async function requireFiles(source: ModelSource, allowDownload: boolean): Promise<void> {
  const missing = await missingFiles(source)
  if (missing.length === 0 || (source.hubId !== null && allowDownload)) return
  const remedy =
    source.hubId === null
      ? 'put the files there'
      : `put the files there, name their folder in the profile's "directory", or set models.allow_download`
  throw new AppError('model_unavailable', `The model ${source.name} is not at ${source.folder} (no ${missing.join(', ')}): ${remedy}`, {
    model: source.name,
    missing,
  })
}
