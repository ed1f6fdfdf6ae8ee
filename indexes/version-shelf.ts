import { rm } from 'node:fs/promises'
import { AppError, invariant } from '../src/core/errors.ts'
import { buildPaths } from './layout.ts'
import { openVersion } from './open-version.ts'
import type { OpenVersion, Shared, VersionIdentity } from './open-version.ts'

/** A version that stays open until its release. */
export interface Lease {
  readonly opened: OpenVersion
  release(): void
}

interface Entry {
  readonly opening: Promise<OpenVersion>
  users: number
  idle: NodeJS.Timeout | null
}

/**
 * The open versions of one index. Each is opened once, however many ask: two writers of one build would clean up under each other's
 * readers. What nobody uses and nobody reads is closed after a while.
 */
export class VersionShelf {
  readonly #directory: string
  readonly #shared: Shared
  readonly #idleMs: number
  readonly #entries = new Map<string, Entry>()
  /** Builds that are being closed: they are opened again when that is done. */
  readonly #closing = new Map<string, Promise<void>>()
  #closed = false

  constructor(directory: string, shared: Shared, idleMs: number) {
    this.#directory = directory
    this.#shared = shared
    this.#idleMs = idleMs
  }

  async take(build: string, identity: VersionIdentity): Promise<Lease> {
    await this.#closing.get(build)
    if (this.#closed) throw new AppError('shutting_down', 'The service is shutting down')
    const entry = this.#entries.get(build) ?? this.#open(build, identity)
    entry.users++
    if (entry.idle !== null) clearTimeout(entry.idle)
    let released = false
    const release = (): void => {
      invariant(!released, 'a lease is released once')
      released = true
      entry.users--
      this.#rest(build, entry)
    }
    try {
      return { opened: await entry.opening, release }
    } catch (error) {
      // What could not be opened is tried again by the next who asks.
      if (this.#entries.get(build) === entry) this.#entries.delete(build)
      throw error
    }
  }

  isUsed(build: string): boolean {
    return (this.#entries.get(build)?.users ?? 0) > 0
  }

  /** Its files go when nobody reads them any more; the index must not name the build when this is called. */
  async remove(build: string): Promise<void> {
    await this.#closing.get(build)
    const entry = this.#entries.get(build)
    this.#forget(build)
    if (entry === undefined) await rm(buildPaths(this.#directory, build).root, { recursive: true, force: true })
    else await (await entry.opening).remove()
  }

  /** Resolves when no write runs any more. */
  async close(): Promise<void> {
    this.#closed = true
    const entries = [...this.#entries]
    for (const [build] of entries) this.#forget(build)
    for (const [, { opening }] of entries) await (await opening.catch(() => null))?.close()
    await Promise.all(this.#closing.values())
  }

  #open(build: string, identity: VersionIdentity): Entry {
    const opening = openVersion(identity, buildPaths(this.#directory, build), this.#shared)
    const entry: Entry = { opening, users: 0, idle: null }
    this.#entries.set(build, entry)
    return entry
  }

  #forget(build: string): void {
    const entry = this.#entries.get(build)
    if (entry === undefined) return
    if (entry.idle !== null) clearTimeout(entry.idle)
    this.#entries.delete(build)
  }

  /** Starts the time after which an unused version is closed; one that is still read gets as long again. */
  #rest(build: string, entry: Entry): void {
    if (entry.users > 0 || this.#entries.get(build) !== entry) return
    entry.idle = setTimeout(() => {
      void entry.opening.then((opened) => {
        if (entry.users > 0 || this.#entries.get(build) !== entry) return
        if (opened.isRead) this.#rest(build, entry)
        else this.#close(build, opened)
      })
    }, this.#idleMs)
    entry.idle.unref()
  }

  #close(build: string, opened: OpenVersion): void {
    this.#forget(build)
    const closing = opened.close().finally(() => this.#closing.delete(build))
    this.#closing.set(build, closing)
  }
}
