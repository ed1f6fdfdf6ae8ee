import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { ChunkId, DocumentId, IndexVersion } from '../src/core/ids.ts'
import type { DocumentHit, Hit, IndexReader, RowHandle } from '../src/core/ports/index-reader.ts'
import type { DuplicatesReport } from '../src/core/near/duplicates-report.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { Chunk, Filter, IndexDeclaration, Place } from '../src/core/types.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import { cells } from './cells.ts'
import { chunkOf, hitOf, whoOf } from './chunk-rows.ts'
import type { Demand } from './demand.ts'
import { NOTHING, allOf, anyOf, compileFilter, oneOf } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { reportDuplicates } from './duplicates.ts'
import { translated } from './native-errors.ts'
import { HIT, NEAR_GROUP, RECORD, VECTOR_COLUMN } from './schema.ts'
import { Searcher } from './searcher.ts'
import type { IndexContext } from './settings.ts'
import type { Snapshot } from './snapshot.ts'
import { StoredDocuments } from './stored-documents.ts'
import type { TableName } from './tables.ts'
import { probes } from './vectors.ts'
import { timeLeft, withinLimits } from './within-limits.ts'

interface PlaceRow {
  readonly hit: string
  readonly span_start: number
  readonly span_end: number
}

/** The table of chunks and how its vector index is asked; null without one. */
export interface NativeHandle {
  readonly table: Table
  readonly approximate: { readonly nprobes: number; readonly refineFactor: number } | null
}

export interface ReaderIdentity {
  readonly declaration: IndexDeclaration
  readonly version: IndexVersion
  readonly embedder: IndexReader['embedder']
  readonly calibration: IndexReader['calibration']
}

/** One pinned snapshot. Every native call takes its turn in the shared queue and gets what is left of the deadline. */
export class LanceIndexReader implements IndexReader {
  readonly declaration
  readonly version
  readonly embedder
  readonly calibration
  readonly revision
  readonly content
  readonly counts
  readonly #snapshot: Snapshot
  readonly #demand: Demand
  readonly #native: BoundedQueue
  readonly #context: IndexContext
  readonly #chunks: Searcher<Hit>
  readonly #documents: Searcher<DocumentHit>
  readonly #stored: StoredDocuments
  #released = false

  constructor(identity: ReaderIdentity, snapshot: Snapshot, demand: Demand, native: BoundedQueue, context: IndexContext) {
    const { commit, tables, vectorIndexes } = snapshot
    this.declaration = identity.declaration
    this.version = identity.version
    this.embedder = identity.embedder
    this.calibration = identity.calibration
    this.revision = commit.revision
    this.content = commit.content
    this.counts = commit.counts
    this.#snapshot = snapshot
    this.#demand = demand
    this.#native = native
    this.#context = context
    const call = this.#call.bind(this)
    const of = (name: TableName) => ({
      table: tables[name],
      rows: commit.counts[name],
      vectors: VECTOR_COLUMN[name],
      indexed: vectorIndexes[name],
    })
    const { settings } = context
    this.#stored = new StoredDocuments(tables.documents, settings, call)
    this.#chunks = new Searcher({ ...of('chunks'), fetch: HIT, hit: hitOf, id: (hit) => hit.chunk }, settings, call)
    this.#documents = new Searcher({ ...of('documents'), fetch: 'id', hit: documentHitOf, id: (hit) => hit.doc }, settings, call)
  }

  async lexical(query: string, k: number, filter: Filter | null, within: readonly DocumentId[] | null, limits: Limits) {
    this.#demand.asked()
    return await this.#chunks.text(query, k, this.#where(filter, within), limits)
  }

  async vector(query: Float32Array, k: number, filter: Filter | null, within: readonly DocumentId[] | null, limits: Limits) {
    this.#checkVector(query)
    return await this.#chunks.vector(query, k, this.#where(filter, within), limits)
  }

  async lexicalDocuments(query: string, k: number, filter: Filter | null, limits: Limits) {
    this.#demand.asked()
    return await this.#documents.text(query, k, this.#where(filter, null), limits)
  }

  async vectorDocuments(query: Float32Array, k: number, filter: Filter | null, limits: Limits) {
    this.#checkVector(query)
    return await this.#documents.vector(query, k, this.#where(filter, null), limits)
  }

  async load(rows: readonly RowHandle[], limits: Limits): Promise<readonly Chunk[]> {
    invariant(rows.length <= this.#context.settings.loadRows, 'at most load_rows are loaded at once')
    if (rows.length === 0) return []
    const asked = [...new Set(rows)]
    const found = await this.#call(limits, (timeoutMs) =>
      this.#snapshot.tables.chunks.takeRowIds(asked).withRowId().select(['_rowid', RECORD, SEARCHABLE]).toArrow({ timeoutMs }),
    )
    const position = new Map((cells(found, '_rowid') as readonly RowHandle[]).map((row, index) => [row, index]))
    const [records, texts] = [cells(found, RECORD) as readonly string[], cells(found, SEARCHABLE) as readonly string[]]
    return rows.map((row) => {
      const index = position.get(row) ?? -1
      const [record, searchable] = [records[index], texts[index]]
      invariant(record !== undefined && searchable !== undefined, 'a row handle belongs to the reader that gave it out')
      return chunkOf(record, searchable)
    })
  }

  async chunks(ids: readonly ChunkId[], limits: Limits): Promise<readonly Chunk[]> {
    invariant(ids.length <= this.#context.settings.loadRows, 'at most load_rows are loaded at once')
    const asked = [...new Set(ids)]
    if (asked.length === 0) return []
    const found = await this.#call(limits, (timeoutMs) =>
      this.#snapshot.tables.chunks
        .query()
        .where(oneOf('id', asked))
        .select([RECORD, SEARCHABLE])
        .limit(asked.length)
        .toArrow({ timeoutMs }),
    )
    const texts = cells(found, SEARCHABLE) as readonly string[]
    const chunks = (cells(found, RECORD) as readonly string[]).map((record, index) => chunkOf(record, texts[index] ?? ''))
    const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]))
    return asked.flatMap((id) => byId.get(id) ?? [])
  }

  async places(keys: readonly string[], filter: Filter | null, limits: Limits): Promise<readonly Place[]> {
    invariant(keys.length <= this.#context.settings.loadRows, 'places are asked for at most load_rows texts')
    if (keys.length === 0) return []
    const asked = [...new Set(keys)]
    const where = allOf([anyOf([oneOf('text_hash', asked), oneOf(NEAR_GROUP, asked)]), this.#where(filter, null)])
    const ascending = (columnName: string) => ({ columnName, ascending: true, nullsFirst: false })
    const rows = (await this.#call(limits, (timeoutMs) =>
      this.#snapshot.tables.chunks
        .query()
        .where(where ?? '')
        .orderBy([ascending('doc'), ascending('span_start')])
        // Without a column that it sorts by LanceDB fails to plan where some rows are in the index and others are not.
        .select([HIT, 'doc', 'span_start', 'span_end'])
        .limit(this.#context.settings.placeRows)
        .toArray({ timeoutMs }),
    )) as PlaceRow[]
    return rows.map(({ hit, span_start: start, span_end: end }) => ({ ...whoOf(hit), span: { start, end } }))
  }

  async duplicates(limits: Limits): Promise<DuplicatesReport> {
    return await reportDuplicates(this.#snapshot.tables.chunks, this.declaration, (work) => this.#call(limits, work))
  }

  async document(id: DocumentId, limits: Limits) {
    return await this.#stored.document(id, limits)
  }

  async documents(page: { readonly after: DocumentId | null; readonly limit: number }, limits: Limits) {
    return await this.#stored.page(page, limits)
  }

  async entries(limits: Limits) {
    return await this.#stored.entries(limits)
  }

  async sources(ids: readonly DocumentId[], limits: Limits) {
    return await this.#stored.sources(ids, limits)
  }

  /** What stands under `lexical` and `vector`, for measuring them; valid until the release. */
  native(): NativeHandle {
    const { tables, vectorIndexes } = this.#snapshot
    const approximate = { nprobes: probes(this.counts.chunks, false), refineFactor: this.#context.settings.refineFactor }
    return { table: tables.chunks, approximate: vectorIndexes.chunks ? approximate : null }
  }

  release(): void {
    invariant(!this.#released, 'a reader is released once')
    this.#released = true
    this.#snapshot.release()
  }

  async #call<T>(limits: Limits, work: (timeoutMs: number) => Promise<T>): Promise<T> {
    invariant(!this.#released, 'a released reader is not used')
    const { clock } = this.#context
    // The handles stay open until the native call has really ended, whoever gave up on it meanwhile.
    const run = this.#native.run(limits, async () => {
      const snapshot = this.#snapshot.retain()
      try {
        return await translated(() => work(timeLeft(clock, limits)))
      } finally {
        snapshot.release()
      }
    })
    return await withinLimits(clock, limits, run)
  }

  #where(filter: Filter | null, within: readonly DocumentId[] | null): string | null {
    const { settings } = this.#context
    invariant(within === null || within.length <= settings.withinDocuments, 'a search is restricted to at most within_documents')
    return allOf([
      within === null ? null : within.length === 0 ? NOTHING : oneOf('doc', within),
      filter === null ? null : compileFilter(filter, this.declaration.fields, settings),
    ])
  }

  #checkVector(query: Float32Array): void {
    invariant(query.length === this.embedder.dimensions, 'a query vector has as many numbers as the index has dimensions')
    invariant(query.every(Number.isFinite), 'a query vector is finite')
  }
}

function documentHitOf(_: RowHandle, id: string, score: number): DocumentHit {
  return { doc: id as DocumentId, score }
}
