import path from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { IndexVersion } from '../src/core/ids.ts'
import type { EmbedderIdentity } from '../src/core/ports/index-registry.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { BoundedQueue } from './bounded-queue.ts'
import { fsyncPath } from './durable.ts'
import { newIndexFile, writeIndexFile } from './index-file.ts'
import { indexNotFound } from './index-not-found.ts'
import { buildPaths, newBuild } from './layout.ts'
import { readManifest } from './manifest.ts'
import { nativeError } from './native-errors.ts'
import { createBuild } from './open.ts'
import { openIndex } from './open-index.ts'
import type { OpenIndex } from './open-index.ts'
import type { Shared } from './open-version.ts'
import type { IndexContext } from './settings.ts'
import { removeDamaged } from './sweep.ts'
import { newSessions } from './tables.ts'

/** The indexes of a data directory that the process has open, by their directories; LanceDB's caches are shared by all of them. */
export class OpenIndexes {
  readonly #root: string
  readonly #shared: Shared
  readonly #open = new Map<string, Promise<OpenIndex | null>>()
  #closed = false

  constructor(root: string, context: IndexContext) {
    const { nativeCalls, nativeQueue } = context.settings
    const native = new BoundedQueue('index reads', context.clock, nativeCalls, nativeQueue)
    this.#root = root
    this.#shared = { sessions: newSessions(context.settings), native, context }
  }

  /** Opened once and shared; what could not be opened, or is not there (null), is tried again by the next caller. */
  async find(directory: string): Promise<OpenIndex | null> {
    if (this.#closed) throw new AppError('shutting_down', 'The service is shutting down')
    let opened = this.#open.get(directory)
    if (opened === undefined) {
      opened = openIndex(directory, this.#shared)
      this.#open.set(directory, opened)
    }
    const forget = (): void => {
      if (this.#open.get(directory) === opened) this.#open.delete(directory)
    }
    try {
      const index = await opened
      if (index === null) forget()
      return index
    } catch (error) {
      forget()
      throw nativeError(error)
    }
  }

  async get(directory: string): Promise<OpenIndex> {
    const index = await this.find(directory)
    if (index === null) throw indexNotFound(path.basename(directory))
    return index
  }

  /** Declaration last: until it stands there is no index, and a half-made build is swept at the next start. */
  async make(directory: string, declaration: IndexDeclaration, embedder: EmbedderIdentity): Promise<OpenIndex> {
    const build = newBuild('v1' as IndexVersion)
    const paths = buildPaths(directory, build)
    await createBuild(paths, declaration, embedder, this.#shared.sessions.writing, this.#shared.context)
    await fsyncPath(path.dirname(directory))
    await fsyncPath(this.#root)
    await writeIndexFile(directory, newIndexFile(declaration, build, await readManifest(paths.manifest)))
    return await this.get(directory)
  }

  /** What cannot be opened can be deleted, or its name would be lost. */
  async remove(directory: string): Promise<void> {
    try {
      await (await this.get(directory)).delete()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'index_damaged') throw error
      await removeDamaged(directory)
    }
    this.#open.delete(directory)
  }

  /** Opens nothing from then on; closes what is open when `changes` have ended. */
  async close(changes: Promise<void>): Promise<void> {
    this.#closed = true
    await changes
    for (const opened of this.#open.values()) await (await opened.catch(() => null))?.close()
    this.#open.clear()
  }
}
