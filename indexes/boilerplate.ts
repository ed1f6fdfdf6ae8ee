import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { blockKey } from '../src/core/near/block-key.ts'
import { sourceOf } from '../src/core/source.ts'
import { stableHash } from '../src/core/text/normalise.ts'
import type { Chunk, IndexDeclaration } from '../src/core/types.ts'
import { cells } from './cells.ts'
import { allOf, isBoilerplate, oneOf } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { BOILERPLATE, VECTOR_COLUMN } from './schema.ts'

/** Of one text, among chunks of one combination of fields: how many of its places are searched, and how many are only known. */
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
 * What is known in memory is read from the column when it is asked for first and after a write that failed. A cell says `carrier` or `silent`, which block of which source
 * it is (`blockKey`), and, where fields are declared, the hash of their values.
 */
export class BoilerplatePlaces {
  readonly #declaration: IndexDeclaration
  readonly #places = new Map<string, Places>()
  /** Places of each block, whatever their fields; 0 while a write takes it out and may bring it again. */
  readonly #blocks = new Map<string, number>()
  /** Those that came to 0. */
  readonly #left = new Set<string>()

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

  /** Those of these blocks that have a place. */
  among(blocks: ReadonlySet<string>): ReadonlySet<string> {
    if (this.#blocks.size === 0) return new Set()
    return new Set([...blocks].filter((block) => this.#blocks.has(block)))
  }

  /** After a write: forgets the blocks that it took out and did not bring again. */
  settle(): void {
    for (const block of this.#left) if (this.#blocks.get(block) === 0) this.#blocks.delete(block)
    this.#left.clear()
  }

  /** The cell of a chunk that is about to be written; null of content. */
  place(chunk: Chunk): string | null {
    if (chunk.boilerplate !== true) return null
    const { metadata, text } = chunk
    const fields = Object.keys(this.#declaration.fields).map((name) => [name, metadata[name] ?? null])
    const block = blockKey(sourceOf(chunk), text)
    const key = fields.length === 0 ? block : `${block} ${stableHash(canonicalJson(fields))}`
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
    const [block = ''] = key.split(' ', 1)
    const count = (this.#blocks.get(block) ?? 0) + by
    this.#blocks.set(block, count)
    if (count === 0) this.#left.add(block)
  }
}

/** Whether the row of this cell is searched. */
export function isSilent(cell: string | null): boolean {
  return cell !== null && read(cell).kind === SILENT
}

function read(cell: string): { readonly kind: string; readonly key: string } {
  const end = cell.indexOf(' ')
  return { kind: cell.slice(0, end), key: cell.slice(end + 1) }
}
