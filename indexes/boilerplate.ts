import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { sourceOf } from '../src/core/source.ts'
import { stableHash } from '../src/core/text/normalise.ts'
import type { Chunk, IndexDeclaration } from '../src/core/types.ts'
import { cells } from './cells.ts'
import { allOf, isBoilerplate, oneOf } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { BOILERPLATE, VECTOR_COLUMN } from './schema.ts'

/** Of one text: how many of its places are searched, and how many are only known. */
interface Places {
  carried: number
  silent: number
}

/** What the row of a text holds that is searched; kept while its last carrier leaves. */
export interface Carried {
  readonly searchable: string
  readonly vector: number[]
}

const [CARRIER, SILENT] = ['carrier', 'silent'] as const

/**
 * Boilerplate is searched at one of its places, its carrier; the rows of the others have neither words nor a vector, so that no question finds them, and are cited. Two
 * places are places of the same text where text, source and the declared fields are equal: so no filter hides a text by taking its carrier away.
 *
 *     first place ──> carrier             a carrier leaves, places stay ──> one of them takes its words and its vector over
 *     later place ──> silent              the last place leaves ──> forgotten
 *
 * What is known in memory is read from the column when the first write comes and after a write that failed.
 */
export class BoilerplatePlaces {
  readonly #declaration: IndexDeclaration
  readonly #places = new Map<string, Places>()

  private constructor(declaration: IndexDeclaration) {
    this.#declaration = declaration
  }

  static async open(chunks: Table, declaration: IndexDeclaration): Promise<BoilerplatePlaces> {
    const places = new BoilerplatePlaces(declaration)
    for await (const batch of chunks.query().where(isBoilerplate()).select([BOILERPLATE])) {
      for (const cell of cells(batch, BOILERPLATE)) places.#count(String(cell), 1)
    }
    return places
  }

  /** The cell of a chunk that is about to be written; null of content. */
  place(chunk: Chunk): string | null {
    if (chunk.boilerplate !== true) return null
    const { metadata, textHash, text, uri, doc } = chunk
    const fields = Object.keys(this.#declaration.fields).map((name) => [name, metadata[name] ?? null])
    const key = stableHash(textHash, text, sourceOf({ metadata, uri, doc }), canonicalJson(fields))
    const cell = `${(this.#places.get(key)?.carried ?? 0) > 0 ? SILENT : CARRIER} ${key}`
    this.#count(cell, 1)
    return cell
  }

  /** Forgets the places in these documents, whose rows are still there, and gives back what the carriers among them held. */
  async leave(chunks: Table, documents: readonly DocumentId[]): Promise<ReadonlyMap<string, Carried>> {
    const leaving = new Map<string, Carried>()
    if (this.#places.size === 0) return leaving
    const where = allOf([oneOf('doc', documents), isBoilerplate()]) ?? ''
    const found = await chunks.query().where(where).select([BOILERPLATE, SEARCHABLE, VECTOR_COLUMN.chunks]).toArrow()
    const [texts, vectors] = [cells(found, SEARCHABLE), cells(found, VECTOR_COLUMN.chunks)]
    for (const [at, cell] of (cells(found, BOILERPLATE) as readonly string[]).entries()) {
      this.#count(cell, -1)
      const { kind, key } = read(cell)
      if (kind === CARRIER) leaving.set(key, { searchable: String(texts[at]), vector: [...(vectors[at] as Iterable<number>)] })
    }
    return leaving
  }

  /** Every text whose carriers have left goes on at another of its places, the one of the lowest chunk id. */
  async promote(chunks: Table, left: ReadonlyMap<string, Carried>): Promise<void> {
    for (const [key, { searchable, vector }] of left) {
      const places = this.#places.get(key)
      if (places === undefined || places.carried > 0) continue
      const silent = await chunks
        .query()
        .where(isBoilerplate(`${SILENT} ${key}`))
        .orderBy([{ columnName: 'id', ascending: true, nullsFirst: false }])
        .select(['id'])
        .limit(1)
        .toArrow()
      const [first] = cells(silent, 'id') as readonly string[]
      invariant(first !== undefined, 'a text that is known has a place')
      const values = { [BOILERPLATE]: `${CARRIER} ${key}`, [SEARCHABLE]: searchable, [VECTOR_COLUMN.chunks]: vector }
      await chunks.update({ where: oneOf('id', [first]), values })
      places.silent -= 1
      places.carried += 1
    }
  }

  #count(cell: string, by: number): void {
    const { kind, key } = read(cell)
    const places = this.#places.get(key) ?? { carried: 0, silent: 0 }
    if (kind === CARRIER) places.carried += by
    else places.silent += by
    if (places.carried + places.silent === 0) this.#places.delete(key)
    else this.#places.set(key, places)
  }
}

/** Whether the row of this cell is searched. */
export function isSilent(cell: string | null): boolean {
  return cell !== null && read(cell).kind === SILENT
}

function read(cell: string): { readonly kind: string; readonly key: string } {
  const [kind = '', key = ''] = cell.split(' ')
  return { kind, key }
}
