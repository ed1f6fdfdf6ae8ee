import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { DocumentEntry, StoredSource } from '../src/core/ports/index-reader.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { DocumentSummary, ParsedDocument } from '../src/core/types.ts'
import { cells } from './cells.ts'
import { DOCUMENT_COLUMNS, SOURCE_COLUMNS, SUMMARY_COLUMNS, documentOf, sourceOf, summaryOf } from './document-rows.ts'
import type { DocumentRow, SourceRow, SummaryRow } from './document-rows.ts'
import { afterId, oneOf } from './filters.ts'
import type { IndexSettings } from './settings.ts'

type Call = <T>(limits: Limits, work: (timeoutMs: number) => Promise<T>) => Promise<T>

/** The documents of one pinned revision. */
export class StoredDocuments {
  readonly #table: Table
  readonly #settings: Pick<IndexSettings, 'pageDocuments' | 'batchDocuments'>
  readonly #call: Call

  constructor(table: Table, settings: Pick<IndexSettings, 'pageDocuments' | 'batchDocuments'>, call: Call) {
    this.#table = table
    this.#settings = settings
    this.#call = call
  }

  async document(id: DocumentId, limits: Limits): Promise<ParsedDocument | null> {
    const rows = (await this.#rows([id], DOCUMENT_COLUMNS, limits)) as DocumentRow[]
    return rows[0] === undefined ? null : documentOf(rows[0])
  }

  async page(page: { readonly after: DocumentId | null; readonly limit: number }, limits: Limits): Promise<readonly DocumentSummary[]> {
    const limit = Math.min(page.limit, this.#settings.pageDocuments)
    invariant(Number.isInteger(limit) && limit > 0, 'a page has at least one document')
    const rows = (await this.#call(limits, (timeoutMs) => {
      const query = this.#table.query()
      if (page.after !== null) query.where(afterId(page.after))
      return query
        .orderBy([{ columnName: 'id', ascending: true, nullsFirst: false }])
        .select(SUMMARY_COLUMNS)
        .limit(limit)
        .toArray({ timeoutMs })
    })) as SummaryRow[]
    return rows.map(summaryOf)
  }

  async entries(limits: Limits): Promise<readonly DocumentEntry[]> {
    const columns = ['id', 'content_hash', 'characters']
    const found = await this.#call(limits, (timeoutMs) => this.#table.query().select(columns).toArrow({ timeoutMs }))
    const [ids, hashes] = [cells(found, 'id') as readonly DocumentId[], cells(found, 'content_hash') as readonly string[]]
    const characters = cells(found, 'characters') as readonly number[]
    return ids.map((id, row) => ({ id, contentHash: hashes[row] ?? '', characters: characters[row] ?? 0 }))
  }

  async sources(ids: readonly DocumentId[], limits: Limits): Promise<readonly StoredSource[]> {
    invariant(ids.length <= this.#settings.batchDocuments, 'at most batch_documents are read at once')
    if (ids.length === 0) return []
    const rows = (await this.#rows(ids, SOURCE_COLUMNS, limits)) as SourceRow[]
    const byId = new Map(rows.map((row) => [row.id as DocumentId, sourceOf(row)]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }

  async #rows(ids: readonly DocumentId[], columns: readonly string[], limits: Limits): Promise<unknown[]> {
    return await this.#call<unknown[]>(limits, (timeoutMs) =>
      this.#table
        .query()
        .where(oneOf('id', ids))
        .select([...columns])
        .limit(ids.length)
        .toArray({ timeoutMs }),
    )
  }
}
