import type { Table } from '@lancedb/lancedb'
import type { DocumentId } from '../src/core/ids.ts'
import type { Mended } from '../src/core/ports/index-repair.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { cells } from './cells.ts'
import { EMPTY_CONTENT, updateContent } from './content-hash.ts'
import { SEARCHABLE } from './full-text.ts'
import { createIndex, indexNameOf } from './maintenance.ts'
import { scalarIndexes } from './schema.ts'
import { idLists } from './stored-entries.ts'
import { TABLES } from './tables.ts'
import type { Tables } from './tables.ts'

/**
 * Takes out rows that belong to no document and builds indexes that are missing. `content` is that of the documents as they stand; `remove` takes out the
 * chunks of these documents.
 */
export async function mend(
  tables: Tables,
  declaration: IndexDeclaration,
  remove: (documents: readonly DocumentId[]) => Promise<void>,
): Promise<Mended & { readonly content: string }> {
  const stored = await tables.documents.query().select(['id', 'content_hash']).toArrow()
  const ids = cells(stored, 'id') as readonly DocumentId[]
  const hashes = cells(stored, 'content_hash') as readonly string[]
  const content = updateContent(
    EMPTY_CONTENT,
    [],
    ids.map((id, row) => ({ id, contentHash: hashes[row] ?? '' })),
  )
  const orphans = await orphansOf(tables.chunks, new Set(ids))
  for (const list of idLists(orphans)) await remove(list)
  return { orphans: orphans.length, indexes: await buildMissing(tables, declaration), content }
}

/** Of each chunk that belongs to no document the one that it names. */
async function orphansOf(chunks: Table, documents: ReadonlySet<DocumentId>): Promise<readonly DocumentId[]> {
  const owners = cells(await chunks.query().select(['doc']).toArrow(), 'doc') as readonly DocumentId[]
  return owners.filter((doc) => !documents.has(doc))
}

async function buildMissing(tables: Tables, declaration: IndexDeclaration): Promise<readonly string[]> {
  const built: string[] = []
  for (const name of TABLES) {
    for (const column of [SEARCHABLE, ...scalarIndexes(name, declaration).keys()]) {
      if ((await tables[name].indexStats(indexNameOf(column))) !== undefined) continue
      await createIndex(name, tables[name], column, declaration)
      built.push(`${name}.${column}`)
    }
  }
  return built
}
