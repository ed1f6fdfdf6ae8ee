import type { DocumentId } from '../src/core/ids.ts'
import type { VerifyCheck } from '../src/core/ports/index-registry.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { textHash } from '../src/core/text/normalise.ts'
import type { Chunk, IndexDeclaration } from '../src/core/types.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import { isSilent } from './boilerplate.ts'
import { chunkOf, hitCell } from './chunk-rows.ts'
import { EMPTY_CONTENT, updateContent } from './content-hash.ts'
import { oneOf } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { indexNameOf } from './maintenance.ts'
import { translated } from './native-errors.ts'
import { BOILERPLATE, HIT, NEAR_FOUNDER, NEAR_GROUP, RECORD, VECTOR_COLUMN, scalarIndexes } from './schema.ts'
import type { IndexContext } from './settings.ts'
import type { Snapshot } from './snapshot.ts'
import { TABLES } from './tables.ts'
import { isUnitLength, lengthOf } from './unit-length.ts'
import { Check } from './verify-check.ts'
import { timeLeft, withinLimits } from './within-limits.ts'

const PAGE_DOCUMENTS = 50

interface StoredDocument {
  readonly id: string
  readonly text: string
  readonly content_hash: string
  readonly chunk_count: number
}

interface StoredChunk {
  readonly id: string
  readonly doc: string
  readonly text_hash: string
  readonly near_founder: string | null
  readonly near_group: string | null
  readonly span_start: number
  readonly span_end: number
  readonly hit: string
  readonly record: string
  readonly searchable: string
  readonly vector: Iterable<number> | null
  readonly boilerplate: string | null
}

/** Reads a revision whole, page by page, and compares it with what it promises. Costs about as much as exporting it. `damaged` is told every document whose rows are wrong. */
export async function verifyRevision(
  snapshot: Snapshot,
  declaration: IndexDeclaration,
  native: BoundedQueue,
  context: IndexContext,
  limits: Limits,
  damaged: Set<DocumentId>,
): Promise<readonly VerifyCheck[]> {
  const { commit, tables } = snapshot
  const counts = new Check('counts')
  const ids = new Check('ids')
  const owners = new Check('owners')
  const records = new Check('records')
  const spans = new Check('spans')
  const vectors = new Check('vectors')
  const content = new Check('content')
  const indexes = new Check('indexes')
  const call = async <T>(work: (timeoutMs: number) => Promise<T>): Promise<T> =>
    await withinLimits(
      context.clock,
      limits,
      native.run(limits, () => translated(() => work(timeLeft(context.clock, limits)))),
    )

  for (const name of TABLES) {
    const rows = await call(() => tables[name].countRows())
    counts.expect(rows === commit.counts[name], () => `${name}: ${rows} rows, the commit record says ${commit.counts[name]}`)
    for (const column of [SEARCHABLE, ...scalarIndexes(name, declaration).keys()]) {
      const stats = await call(() => tables[name].indexStats(indexNameOf(column)))
      indexes.expect(stats !== undefined, () => `${name}.${column} has no index`)
      const covered = (stats?.numIndexedRows ?? 0) + (stats?.numUnindexedRows ?? 0)
      indexes.expect(covered === rows, () => `the index of ${name}.${column} knows ${covered} of ${rows} rows`)
    }
  }

  let sum = EMPTY_CONTENT
  let owned = 0
  const chunkIds = new Set<string>()
  const documentIds = new Set<string>()
  for await (const page of documentPages()) {
    const texts = new Map(page.map((document) => [document.id, document.text]))
    const found = new Map<string, number>()
    for (const chunk of await chunksOf(page)) {
      owned++
      found.set(chunk.doc, (found.get(chunk.doc) ?? 0) + 1)
      const judge = (holds: boolean): unknown => holds || damaged.add(chunk.doc as DocumentId)
      judge(ids.expect(!chunkIds.has(chunk.id), () => `chunk ${chunk.id} stands twice`))
      chunkIds.add(chunk.id)
      const stored = readChunk(chunk)
      judge(records.expect(stored !== null, () => `the hit or the record of chunk ${chunk.id} is not that of its columns`))
      const text = texts.get(chunk.doc)?.slice(chunk.span_start, chunk.span_end) ?? ''
      const isSame = isSilent(chunk.boilerplate) ? chunk.searchable === '' && textHash(text) === chunk.text_hash : stored?.text === text
      judge(spans.expect(stored === null || isSame, () => `chunk ${chunk.id} is not its span`))
      if (isSilent(chunk.boilerplate)) {
        judge(vectors.expect(chunk.vector === null, () => `chunk ${chunk.id} is not searched and has a vector`))
        continue
      }
      const norm = lengthOf(chunk.vector ?? [])
      judge(vectors.expect(isUnitLength(norm), () => `the vector of chunk ${chunk.id} has length ${norm}`))
    }
    for (const document of page) {
      const judge = (holds: boolean): unknown => holds || damaged.add(document.id as DocumentId)
      judge(ids.expect(!documentIds.has(document.id), () => `document ${document.id} stands twice`))
      documentIds.add(document.id)
      const chunks = found.get(document.id) ?? 0
      judge(counts.expect(chunks === document.chunk_count, () => `document ${document.id}: ${chunks} of ${document.chunk_count} chunks`))
    }
    sum = updateContent(
      sum,
      [],
      page.map(({ id, content_hash }) => ({ id: id as DocumentId, contentHash: content_hash })),
    )
  }
  owners.expect(owned === commit.counts.chunks, () => `${commit.counts.chunks - owned} chunks belong to no document`)
  content.expect(sum === commit.content, () => 'the documents do not add up to the content hash of the revision')
  return [counts, ids, owners, records, spans, vectors, content, indexes].map((check) => check.result)

  /** By lists of ids: a page in the order of a column would read the whole table. */
  async function* documentPages(): AsyncGenerator<StoredDocument[]> {
    const all = (await call((timeoutMs) => tables.documents.query().select(['id']).toArray({ timeoutMs }))) as { readonly id: string }[]
    for (const page of pagesOf(new Set(all.map(({ id }) => id)))) {
      yield (await call((timeoutMs) =>
        tables.documents
          .query()
          .where(oneOf('id', page))
          .select(['id', 'text', 'content_hash', 'chunk_count'])
          .limit(all.length)
          .toArray({ timeoutMs }),
      )) as StoredDocument[]
    }
  }

  async function chunksOf(page: readonly StoredDocument[]): Promise<StoredChunk[]> {
    const columns = [
      'id',
      'doc',
      'text_hash',
      NEAR_FOUNDER,
      NEAR_GROUP,
      'span_start',
      'span_end',
      HIT,
      RECORD,
      SEARCHABLE,
      BOILERPLATE,
      VECTOR_COLUMN.chunks,
    ]
    const where = oneOf(
      'doc',
      page.map(({ id }) => id),
    )
    return (await call((timeoutMs) =>
      tables.chunks.query().where(where).select(columns).limit(Math.max(1, commit.counts.chunks)).toArray({ timeoutMs }),
    )) as StoredChunk[]
  }
}

/** The chunk as questions read it; null where that cannot be read or contradicts what it is filtered, cited and deleted by. */
function readChunk(row: StoredChunk): Chunk | null {
  try {
    const chunk = chunkOf(row.record, row.searchable)
    const { id, doc, textHash, span } = chunk
    const same =
      id === row.id && doc === row.doc && textHash === row.text_hash && span.start === row.span_start && span.end === row.span_end
    const near = row.near_founder === (chunk.near?.founder ?? null) && row.near_group === (chunk.near?.group ?? null)
    return same && near && row.hit === hitCell(chunk) ? chunk : null
  } catch {
    return null
  }
}

function* pagesOf(ids: Iterable<string>): Generator<string[]> {
  const all = [...ids]
  for (let from = 0; from < all.length; from += PAGE_DOCUMENTS) yield all.slice(from, from + PAGE_DOCUMENTS)
}
