import type { Table } from '@lancedb/lancedb'
import type { DocumentId } from '../src/core/ids.ts'
import { cells } from './cells.ts'
import type { ContentEntry } from './content-hash.ts'
import { CONTENT, allOf, oneOf } from './filters.ts'

const IDS_A_QUERY = 500

/** In lists that LanceDB plans quickly: 500 ids take it 5 ms, 5,000 take 20. */
export function idLists(ids: Iterable<DocumentId>): DocumentId[][] {
  const all = [...new Set(ids)]
  return Array.from({ length: Math.ceil(all.length / IDS_A_QUERY) }, (_, index) =>
    all.slice(index * IDS_A_QUERY, (index + 1) * IDS_A_QUERY),
  )
}

/** Id and content hash of each of these documents that exists. */
export async function storedEntries(documents: Table, ids: Iterable<DocumentId>): Promise<ContentEntry[]> {
  const entries: ContentEntry[] = []
  for (const list of idLists(ids)) {
    const rows = (await documents.query().where(oneOf('id', list)).select(['id', 'content_hash']).limit(list.length).toArray()) as {
      readonly id: string
      readonly content_hash: string
    }[]
    entries.push(...rows.map((row) => ({ id: row.id as DocumentId, contentHash: row.content_hash })))
  }
  return entries
}

/** Text hash of each chunk of these documents that is content. */
export async function storedTexts(chunks: Table, documents: readonly DocumentId[]): Promise<readonly string[]> {
  const found = await chunks
    .query()
    .where(allOf([oneOf('doc', documents), CONTENT]) ?? '')
    .select(['text_hash'])
    .toArrow()
  return cells(found, 'text_hash') as readonly string[]
}
