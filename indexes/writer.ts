import type { Schema } from 'apache-arrow'
import { AppError } from '../src/core/errors.ts'
import type { DocumentId, Revision } from '../src/core/ids.ts'
import type { Mended } from '../src/core/ports/index-repair.ts'
import type { IndexWriter, Written } from '../src/core/ports/index-writer.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexDeclaration, IndexedDocument } from '../src/core/types.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import type { Commit } from './commit.ts'
import { checkBatch } from './check-batch.ts'
import { chunkTable } from './chunk-rows.ts'
import { updateContent } from './content-hash.ts'
import type { ContentEntry } from './content-hash.ts'
import { documentTable } from './document-rows.ts'
import { oneOf } from './filters.ts'
import { KnownTexts, NOT_REDUNDANT } from './known-texts.ts'
import type { Occasion } from './maintenance.ts'
import { mend } from './mend.ts'
import { translated } from './native-errors.ts'
import { chunkSchema, documentSchema } from './schema.ts'
import { idLists, storedEntries } from './stored-entries.ts'
import { TABLES, append, closeTables, versionsOf } from './tables.ts'
import type { Tables } from './tables.ts'
import { Upkeep } from './upkeep.ts'
import type { UpkeepParts } from './upkeep.ts'
import { checkLimits, withinLimits } from './within-limits.ts'
import { WriteRests } from './write-rests.ts'

export interface WriterParts extends UpkeepParts {
  readonly embedder: { readonly fingerprint: string; readonly dimensions: number }
  readonly queue: BoundedQueue
  readonly native: BoundedQueue
  /** Throws where the index was deleted or the service is shutting down. */
  readonly checkOpen: () => void
}

type State = Pick<Commit, 'content' | 'sinceBuild'>

/**
 * The one writer of a build. A write that fails half-way leaves table versions that no commit record names; the next write
 * starts by going back to the versions of the head, so a failure, a kill and a power cut are undone by the same lines.
 */
export class LanceIndexWriter implements IndexWriter {
  readonly declaration: IndexDeclaration
  readonly #parts: WriterParts
  readonly #chunkSchema: Schema
  readonly #documentSchema: Schema
  readonly #upkeep: Upkeep
  readonly #rests: WriteRests
  #known: KnownTexts

  constructor(parts: WriterParts) {
    this.declaration = parts.declaration
    this.#parts = parts
    this.#chunkSchema = chunkSchema(parts.declaration, parts.embedder.dimensions)
    this.#documentSchema = documentSchema(parts.declaration, parts.embedder.dimensions)
    this.#known = new KnownTexts(this.#parts)
    this.#rests = new WriteRests(parts.context.clock, parts.demand, parts.context.settings.writeRestMs)
    this.#upkeep = new Upkeep(parts, (when, limits) => this.#index(when, limits))
  }

  async replaceDocuments(batch: readonly IndexedDocument[], embedder: string, limits: Limits): Promise<Written> {
    const { settings, clock } = this.#parts.context
    if (embedder !== this.#parts.embedder.fingerprint) {
      throw new AppError('fingerprint_mismatch', 'The vectors come from another embedding model than the index was built with', {
        index: this.#parts.embedder.fingerprint,
        vectors: embedder,
      })
    }
    checkBatch(batch, this.declaration, this.#parts.embedder.dimensions, settings)
    const ids = batch.map(({ document }) => document.id)
    const chunks = batch.flatMap((each) => each.chunks)
    let redundant = NOT_REDUNDANT
    await this.#rests.over(limits)
    const started = clock.now()
    const revision = await this.#write(limits, async (tables, head) => {
      if (batch.length === 0) return null
      const gone = await this.#remove(tables, ids, limits)
      const known = await this.#known.place(chunks)
      redundant = known.redundant
      await append(tables.chunks, chunkTable(known.placed, this.#chunkSchema, this.declaration, settings.keywordCharacters))
      checkLimits(clock, limits)
      await append(tables.documents, documentTable(batch, this.#documentSchema, this.declaration, settings.keywordCharacters))
      this.#upkeep.appended({ chunks: chunks.length, documents: batch.length })
      const come = batch.map(({ document }) => document)
      const { documents: documentsSince, chunks: chunksSince } = head.sinceBuild
      const sinceBuild = { documents: documentsSince + batch.length, chunks: chunksSince + chunks.length }
      return { content: updateContent(head.content, gone, come), sinceBuild }
    })
    this.#rests.wrote(started)
    return { revision, redundant }
  }

  async deleteDocuments(ids: readonly DocumentId[], limits: Limits): Promise<{ readonly revision: Revision; readonly deleted: number }> {
    let deleted = 0
    const revision = await this.#write(limits, async (tables, head) => {
      const gone = await this.#remove(tables, ids, limits)
      deleted = gone.length
      return deleted === 0 ? null : { content: updateContent(head.content, gone, []), sinceBuild: head.sinceBuild }
    })
    return { revision, deleted }
  }

  async contentHashes(ids: readonly DocumentId[], limits: Limits): Promise<ReadonlyMap<DocumentId, string>> {
    this.#parts.checkOpen()
    const snapshot = this.#parts.revisions.current.retain()
    const read = this.#parts.native.run(limits, () => translated(() => storedEntries(snapshot.tables.documents, ids)))
    const entries = await withinLimits(
      this.#parts.context.clock,
      limits,
      read.finally(() => snapshot.release()),
    )
    return new Map(entries.map(({ id, contentHash }) => [id, contentHash]))
  }

  async boilerplateAmong(blocks: ReadonlySet<string>, limits: Limits): Promise<ReadonlySet<string>> {
    const { clock } = this.#parts.context
    this.#parts.checkOpen()
    checkLimits(clock, limits)
    const known = translated(() => this.#known.boilerplateAmong(blocks))
    return await withinLimits(clock, limits, known)
  }

  async optimize(limits: Limits): Promise<Revision> {
    return await this.#index('pause', limits)
  }

  /** Somebody searches after a quiet time, in which writes left rows for later. Does not reject. */
  async indexLeftRows(): Promise<void> {
    await this.#upkeep.indexLeftRows()
  }

  /** Puts right what no document explains: rows of none, missing indexes, a content hash that is not that of the documents. */
  async mend(limits: Limits): Promise<Mended> {
    let mended: Mended = { orphans: 0, indexes: [] }
    await this.#write(limits, async (tables, head) => {
      const { content, ...done } = await mend(tables, this.declaration, (list) => this.#removeChunks(tables, list))
      mended = done
      const isWhole = done.orphans === 0 && done.indexes.length === 0 && content === head.content
      return isWhole ? null : { content, sinceBuild: head.sinceBuild }
    })
    return mended
  }

  /** Runs `work` while no write does. */
  async paused<T>(limits: Limits, work: () => Promise<T>): Promise<T> {
    this.#parts.checkOpen()
    return await this.#parts.queue.run(limits, work)
  }

  /** After this no write starts. Resolves when what was running has ended. */
  async close(): Promise<void> {
    this.#upkeep.close()
    await this.#parts.queue.idle()
    closeTables(this.#parts.tables)
  }

  /** `change` gets the state of the head and returns the new one, or null where nothing changed. */
  async #write(limits: Limits, change: (tables: Tables, head: State) => Promise<State | null>): Promise<Revision> {
    const { queue, revisions, tables, checkOpen, context } = this.#parts
    checkOpen()
    return await queue.run(limits, () =>
      translated(async () => {
        checkOpen()
        await this.#goToHead()
        checkLimits(context.clock, limits)
        this.#known.begin()
        try {
          const changed = await change(tables, revisions.head)
          if (changed === null) return revisions.head.revision
          const sinceBuild = await this.#upkeep.maintain(changed.sinceBuild, 'write')
          const hasLeftRows = await this.#upkeep.hasLeftRows()
          const revision = await revisions.publish(tables, changed.content, sinceBuild)
          this.#known.settle()
          this.#upkeep.wrote(hasLeftRows)
          return revision
        } catch (error) {
          if (this.#known.hasChanged) this.#known = new KnownTexts(this.#parts)
          throw error
        }
      }),
    )
  }

  /** Takes out what stands under these ids, and tells what that was. Costs nothing of a document that is new. */
  async #remove(tables: Tables, ids: readonly DocumentId[], limits: Limits): Promise<readonly ContentEntry[]> {
    const gone = await storedEntries(tables.documents, ids)
    for (const list of idLists(gone.map(({ id }) => id))) {
      await this.#removeChunks(tables, list)
      checkLimits(this.#parts.context.clock, limits)
      await tables.documents.delete(oneOf('id', list))
    }
    return gone
  }

  /** Whatever explains them: what is known of their texts leaves with them. */
  async #removeChunks(tables: Tables, documents: readonly DocumentId[]): Promise<void> {
    const left = await this.#known.leave(documents)
    await tables.chunks.delete(oneOf('doc', documents))
    await this.#known.promote(left)
  }

  async #index(when: Occasion['when'], limits: Limits): Promise<Revision> {
    return await this.#write(limits, async (tables, { content, sinceBuild }) => {
      const before = await versionsOf(tables)
      const since = await this.#upkeep.maintain(sinceBuild, when)
      const after = await versionsOf(tables)
      return before.chunks === after.chunks && before.documents === after.documents ? null : { content, sinceBuild: since }
    })
  }

  /** Undoes what a write left behind that did not become a revision. */
  async #goToHead(): Promise<void> {
    const { tables, revisions } = this.#parts
    for (const name of TABLES) {
      await tables[name].checkoutLatest()
      if ((await tables[name].version()) === revisions.head.tables[name]) continue
      await tables[name].checkout(revisions.head.tables[name])
      await tables[name].restore()
      this.#upkeep.changed()
    }
  }
}
