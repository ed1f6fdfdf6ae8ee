import { AppError } from '../../src/core/errors.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { HeldVersion } from '../../src/core/ports/index-versions.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { indexedDocuments, type Indexing } from '../indexed-documents.ts'
import { parsedSource } from '../stored-source.ts'
import { differenceOf, listsOf, type Difference } from './difference.ts'

export interface CatchUpSettings {
  readonly batchDocuments: number
  readonly batchCharacters: number
}

export interface Counted {
  copied: number
  removed: number
  embeddedChunks: number
}

/** A version that is being brought to what another holds. Its models are opened when there is something to copy. */
export interface Follower {
  readonly target: HeldVersion
  readonly models: (live: IndexReader, limits: Limits) => Promise<{ readonly indexing: Indexing; readonly fingerprint: string }>
  readonly counted: Counted
}

/**
 * One round: what `live` holds and the target does not is chunked and embedded from the stored document and written; what only the target
 * holds is taken out. `most` documents at the most, or null for as many as there are: with more, nothing is done.
 */
export async function catchUp(
  live: IndexReader,
  follower: Follower,
  settings: CatchUpSettings,
  most: number | null,
  tell: (done: number, total: number) => void,
  limits: Limits,
): Promise<void> {
  const { onlyA, onlyB, changed } = await differenceTo(live, follower, limits)
  const missing = [...onlyA, ...changed]
  const total = missing.length + onlyB.length
  if (most !== null && total > most) {
    throw new AppError('too_busy', 'The live version is written to faster than the other one follows: publish again when less is written', {
      documents: total,
      limit: most,
    })
  }
  let done = 0
  for (const list of listsOf(missing, settings)) {
    limits.signal.throwIfAborted()
    await copy(live, list, follower, limits)
    tell((done += list.length), total)
  }
  for (const list of listsOf(onlyB, settings)) {
    follower.counted.removed += (await follower.target.writer.deleteDocuments(list, limits)).deleted
    tell((done += list.length), total)
  }
}

export async function differenceTo(live: IndexReader, { target }: Pick<Follower, 'target'>, limits: Limits): Promise<Difference> {
  const reader = target.pin()
  try {
    return await differenceOf(live, reader, limits)
  } finally {
    reader.release()
  }
}

async function copy(live: IndexReader, ids: Parameters<IndexReader['sources']>[0], follower: Follower, limits: Limits): Promise<void> {
  const { target, counted } = follower
  const { indexing, fingerprint } = await follower.models(live, limits)
  const stored = await live.sources(ids, limits)
  const sources = stored.map(parsedSource)
  for (const source of sources) indexing.chunker.boilerplate?.count(source)
  const { documents, failed, embedded } = await indexedDocuments(sources, indexing, limits)
  const [first] = failed
  // A version without a document of the live one would lose it.
  if (first !== undefined) throw new AppError(first.error.code, first.error.message, { ...first.error.details, document: first.id })
  await target.writer.replaceDocuments(documents, fingerprint, limits)
  counted.copied += documents.length
  counted.embeddedChunks += embedded.chunks - embedded.reused - embedded.cached
}
