import type { Table } from '@lancedb/lancedb'
import type { DocumentId } from '../src/core/ids.ts'
import type { RedundantChunks } from '../src/core/ports/index-writer.ts'
import type { EmbeddedChunk, IndexDeclaration } from '../src/core/types.ts'
import { BoilerplatePlaces, isSilent, type Carried } from './boilerplate.ts'
import type { Placed } from './chunk-rows.ts'
import { NearGroups, type Grouped } from './near-groups.ts'
import type { Revisions } from './revisions.ts'
import type { IndexContext } from './settings.ts'
import { storedTexts } from './stored-entries.ts'
import type { Tables } from './tables.ts'

export const NOT_REDUNDANT: RedundantChunks = { exact: 0, near: 0, boilerplate: 0 }

interface KnownTextsParts {
  readonly tables: Tables
  readonly revisions: Revisions
  readonly declaration: IndexDeclaration
  readonly context: IndexContext
}

/**
 * What a writer knows of the texts that stand in its index: which new ones are nearly the same, and where boilerplate is searched. Read when it is needed
 * first, which is every row of the index; after a write that failed it may know rows that did not become a revision (`hasChanged`), so whoever writes lets
 * go of it then.
 */
export class KnownTexts {
  readonly #chunks: Table
  readonly #revisions: Revisions
  readonly #declaration: IndexDeclaration
  readonly #context: IndexContext
  #near: NearGroups | null = null
  #boilerplate: Promise<BoilerplatePlaces> | null = null
  #hasChanged = false

  constructor({ tables, revisions, declaration, context }: KnownTextsParts) {
    this.#chunks = tables.chunks
    this.#revisions = revisions
    this.#declaration = declaration
    this.#context = context
  }

  /** Whether it knows something else than when the write began. */
  get hasChanged(): boolean {
    return this.#hasChanged
  }

  begin(): void {
    this.#hasChanged = false
  }

  /** Those of these blocks that are boilerplate here. */
  async boilerplateAmong(blocks: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    return blocks.size === 0 ? blocks : (await this.#places()).among(blocks)
  }

  /** After a write that became a revision. */
  settle(): void {
    void this.#boilerplate?.then(
      (places) => places.settle(),
      () => undefined,
    )
  }

  /** Forgets the texts of these documents, before their rows are taken out. */
  async leave(documents: readonly DocumentId[]): Promise<ReadonlyMap<string, Carried>> {
    this.#hasChanged = true
    this.#near?.remove(await storedTexts(this.#chunks, documents))
    return (await this.#places()).leave(this.#chunks, documents)
  }

  /** When the rows are out: boilerplate that was searched there is searched elsewhere. */
  async promote(left: ReadonlyMap<string, Carried>): Promise<void> {
    if (left.size > 0) await (await this.#places()).promote(this.#chunks, left)
  }

  /** The chunks as they are written, and how many of them say nothing new. */
  async place(embedded: readonly EmbeddedChunk[]): Promise<{ readonly placed: readonly Placed[]; readonly redundant: RedundantChunks }> {
    const { settings, log } = this.#context
    const near = (this.#near ??= await NearGroups.open(this.#chunks, settings.duplicates, log))
    const places = await this.#places()
    const chunks = embedded.map(({ chunk }) => chunk)
    this.#hasChanged = true
    const grouped = await near.assign(chunks, this.#chunks)
    const redundant = { ...NOT_REDUNDANT }
    const placed = embedded.map(({ vector }, index) => {
      const { chunk, signature, isKnown } = grouped[index] as Grouped
      const boilerplate = places.place(chunk)
      if (isSilent(boilerplate)) redundant.boilerplate++
      else if (isKnown) redundant.exact++
      else if (chunk.near !== undefined) redundant.near++
      return { chunk, vector, signature, boilerplate }
    })
    return { placed, redundant }
  }

  #places(): Promise<BoilerplatePlaces> {
    this.#boilerplate ??= this.#readPlaces().catch((error: unknown) => {
      this.#boilerplate = null
      throw error
    })
    return this.#boilerplate
  }

  /** Of the revision that readers see, which is what a write begins with: who only asks may come while one is half done. */
  async #readPlaces(): Promise<BoilerplatePlaces> {
    const snapshot = this.#revisions.current.retain()
    try {
      return await BoilerplatePlaces.open(snapshot.tables.chunks, this.#declaration)
    } finally {
      snapshot.release()
    }
  }
}
