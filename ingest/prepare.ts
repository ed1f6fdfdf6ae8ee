import { setImmediate } from 'node:timers/promises'
import { AppError, type ErrorCode } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { IngestedDocument } from '../src/core/ports/ingester.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexedDocument, RawDocument } from '../src/core/types.ts'
import type { Chunker } from './chunk/chunk-documents.ts'
import type { Embedded, VectorSource } from './embed.ts'
import { contentHash, storedHow } from './content-hash.ts'
import { indexedDocuments } from './indexed-documents.ts'
import type { ParserPool } from './parse/parser-pool.ts'
import type { ParsedSource } from './parse/parse.ts'
import type { IngestSettings } from './settings.ts'
import { isUnread, type Unpacked } from './unpack/unread.ts'

export interface Preparing {
  readonly settings: IngestSettings
  readonly clock: Clock
  readonly parsers: ParserPool
  readonly writer: IndexWriter
  readonly chunker: Chunker
  readonly vectors: VectorSource
  /** Of the embedder behind `vectors`. */
  readonly fingerprint: string
}

/** A batch that is ready to be written. */
export interface PreparedBatch {
  /** What is known already: documents that failed or have not changed. */
  readonly settled: readonly IngestedDocument[]
  readonly documents: readonly {
    readonly indexed: IndexedDocument
    readonly status: 'new' | 'changed'
    readonly warnings: readonly string[]
  }[]
  readonly embedded: Omit<Embedded, 'vectors'> & { readonly chunks: number }
}

/** What concerns one document; every other error concerns all of them. */
const DOCUMENT_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['invalid_document', 'document_too_large', 'unsupported_media_type', 'document_unreadable', 'parser_limit', 'parser_died'] as const),
])

export function failedDocument(id: DocumentId, error: unknown): IngestedDocument {
  if (!(error instanceof AppError) || !DOCUMENT_CODES.has(error.code)) throw error
  return { id, status: 'failed', chunks: 0, error: { code: error.code, message: error.message }, warnings: [] }
}

/** Everything up to the write. What was written before under the same ids has to stand in the index. */
export async function prepareBatch(items: readonly Unpacked[], preparing: Preparing, limits: Limits): Promise<PreparedBatch> {
  const { sources, statuses, settled } = await changedSources(items, preparing, limits)
  for (const source of sources) {
    if (statuses.get(source.document.id) === 'new') preparing.chunker.boilerplate?.count(source)
    await setImmediate()
  }
  const { documents: indexed, failed, embedded } = await indexedDocuments(sources, preparing, limits)
  for (const { id, error } of failed) settled.push(failedDocument(id, error))
  const warnings = new Map(sources.map((source) => [source.document.id, source.warnings]))
  const documents = indexed.map((each) => ({
    indexed: each,
    status: statuses.get(each.document.id) ?? 'new',
    warnings: warnings.get(each.document.id) ?? [],
  }))
  return { settled, documents, embedded }
}

/** Parses what is new or has changed, all at once: the pool has its own limits. The rest is settled. */
async function changedSources(items: readonly Unpacked[], { settings, writer, clock, parsers }: Preparing, limits: Limits) {
  const how = storedHow(settings, parsers.settings)
  const statuses = new Map<DocumentId, 'new' | 'changed'>()
  const settled: IngestedDocument[] = items.filter(isUnread).map(({ id, error }) => failedDocument(id, error))
  const raws = items.filter((item): item is RawDocument => !isUnread(item))
  const ids = raws.map((raw) => raw.id)
  const stored = await writer.contentHashes(ids, limits)
  const parsing: Promise<ParsedSource | IngestedDocument>[] = []
  for (const raw of raws) {
    checkLimits(clock, limits)
    const hash = contentHash(raw, how)
    const known = stored.get(raw.id)
    if (known === hash) settled.push({ id: raw.id, status: 'unchanged', chunks: 0, error: null, warnings: [] })
    else {
      statuses.set(raw.id, known === undefined ? 'new' : 'changed')
      const parsed = parsers.parse(raw, hash, limits).catch((error: unknown) => failedDocument(raw.id, error))
      // Awaited below; until then a rejection is nobody's surprise.
      parsed.catch(() => undefined)
      parsing.push(parsed)
    }
    // A question that came in meanwhile does not wait for the whole batch.
    await setImmediate()
  }
  const sources: ParsedSource[] = []
  for (const result of await Promise.all(parsing)) {
    if ('document' in result) sources.push(result)
    else settled.push(result)
  }
  return { sources, statuses, settled }
}

function checkLimits(clock: Clock, limits: Limits): void {
  if (limits.signal.aborted) throw new AppError('cancelled', 'Nobody waits for this ingest any more')
  if (clock.now() >= limits.deadline) throw new AppError('deadline_exceeded', 'The deadline of this ingest passed')
}
