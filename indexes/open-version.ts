import { rm } from 'node:fs/promises'
import type { IndexCalibration } from '../src/core/confidence/calibration.ts'
import { AppError } from '../src/core/errors.ts'
import type { DocumentId, IndexVersion } from '../src/core/ids.ts'
import type { FrozenFile } from '../src/core/ports/backup.ts'
import type { IndexReader } from '../src/core/ports/index-reader.ts'
import type { VerifyCheck } from '../src/core/ports/index-registry.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { BoundedQueue } from './bounded-queue.ts'
import { readCalibration, writeCalibration } from './calibration.ts'
import type { Commit } from './commit.ts'
import { Demand } from './demand.ts'
import { bytesBelow, writeDurably } from './durable.ts'
import { frozenBuild } from './freeze.ts'
import { indexNotFound } from './index-not-found.ts'
import type { BuildPaths } from './layout.ts'
import type { Manifest } from './manifest.ts'
import { openBuild } from './open.ts'
import type { OpenBuild } from './open.ts'
import { LanceIndexReader } from './reader.ts'
import type { IndexContext } from './settings.ts'
import { openToWrite } from './tables.ts'
import type { Sessions, Tables } from './tables.ts'
import { verifyRevision } from './verify.ts'
import { LanceIndexWriter } from './writer.ts'

/** What every version of every index shares. */
export interface Shared {
  readonly sessions: Sessions
  readonly native: BoundedQueue
  readonly context: IndexContext
}

export interface VersionIdentity {
  readonly version: IndexVersion
  readonly declaration: IndexDeclaration
}

export async function openVersion(identity: VersionIdentity, paths: BuildPaths, shared: Shared): Promise<OpenVersion> {
  const calibration = await readCalibration(paths.calibration)
  const build = await openBuild(paths, shared.sessions.reading, shared.context)
  try {
    return new OpenVersion({ ...identity, paths, build, calibration }, await openToWrite(paths.lance, shared.sessions.writing), shared)
  } catch (error) {
    build.revisions.close()
    build.connection.close()
    throw error
  }
}

interface Opened extends VersionIdentity {
  readonly paths: BuildPaths
  readonly build: OpenBuild
  readonly calibration: IndexCalibration | null
}

/**
 * One version while the process has it open, once: its newest revision, its one writer, its readers.
 *
 *     open ── close ───> closed     writes end, pinned readers read on
 *       └──── remove ──> removed    no new pins; the files go with the last reader
 */
export class OpenVersion {
  readonly version: IndexVersion
  readonly declaration: IndexDeclaration
  readonly writer: LanceIndexWriter
  readonly #paths: BuildPaths
  readonly #build: OpenBuild
  readonly #shared: Shared
  readonly #demand: Demand
  #calibration: IndexCalibration | null
  #state: 'open' | 'closed' | 'removed' = 'open'

  constructor({ version, declaration, paths, build, calibration }: Opened, tables: Tables, shared: Shared) {
    this.version = version
    this.declaration = declaration
    this.#paths = paths
    this.#build = build
    this.#calibration = calibration
    this.#shared = shared
    const { native, context } = shared
    this.#demand = new Demand(context.clock, context.settings.quietAfterMs, () => void this.writer.indexLeftRows())
    this.writer = new LanceIndexWriter({
      declaration,
      embedder: build.manifest.embedder,
      tables,
      revisions: build.revisions,
      queue: new BoundedQueue('index writer', context.clock, 1, context.settings.writerQueue),
      native,
      demand: this.#demand,
      context,
      checkOpen: () => this.checkOpen(),
    })
  }

  get manifest(): Manifest {
    return this.#build.manifest
  }

  get head(): Commit {
    this.checkOpen()
    return this.#build.revisions.head
  }

  get calibration(): IndexCalibration | null {
    return this.#calibration
  }

  /** Whether somebody reads a revision. */
  get isRead(): boolean {
    return this.#build.revisions.readers > 0
  }

  pin(): IndexReader {
    this.checkOpen()
    const { version, declaration } = this
    const { fingerprint, space, dimensions } = this.manifest.embedder
    const identity = { version, declaration, embedder: { fingerprint, space, dimensions }, calibration: this.#calibration }
    return new LanceIndexReader(identity, this.#build.revisions.current.retain(), this.#demand, this.#shared.native, this.#shared.context)
  }

  async bytes(): Promise<number> {
    return await bytesBelow(this.#paths.root)
  }

  async calibrate(calibration: IndexCalibration): Promise<void> {
    this.checkOpen()
    await writeCalibration(this.#paths.calibration, calibration)
    this.#calibration = calibration
  }

  async verify(limits: Limits, damaged = new Set<DocumentId>()): Promise<readonly VerifyCheck[]> {
    this.checkOpen()
    const snapshot = this.#build.revisions.current.retain()
    try {
      return await verifyRevision(snapshot, this.declaration, this.#shared.native, this.#shared.context, limits, damaged)
    } finally {
      snapshot.release()
    }
  }

  /** Documents whose rows are not what they promise. */
  async damagedDocuments(limits: Limits): Promise<readonly DocumentId[]> {
    const damaged = new Set<DocumentId>()
    await this.verify(limits, damaged)
    return [...damaged]
  }

  /** The version as it is between two writes, with paths below `prefix`; cleaning leaves its files until the release. */
  async freeze(prefix: string, limits: Limits): Promise<{ readonly files: readonly FrozenFile[]; release(): void }> {
    return await this.writer.paused(limits, async () => {
      const snapshot = this.#build.revisions.current.retain()
      try {
        return { files: await frozenBuild(this.#paths, snapshot.commit, prefix), release: () => snapshot.release() }
      } catch (error) {
        snapshot.release()
        throw error
      }
    })
  }

  /** Resolves when no write runs any more. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closed'
    await this.writer.close()
    this.#build.revisions.close()
    void this.#disconnect()
  }

  /** What deletes: a start that finds the mark finishes what was cut short. */
  async mark(): Promise<void> {
    await writeDurably(this.#paths.deleted, '')
    this.#state = 'removed'
  }

  /** Resolves when no write runs any more; the files go when the last reader has been released. */
  async remove(): Promise<void> {
    this.#state = 'removed'
    await this.writer.close()
    this.#build.revisions.close()
    void this.#removeFiles()
  }

  checkOpen(): void {
    if (this.#state === 'removed') throw indexNotFound(this.declaration.name)
    if (this.#state === 'closed') throw new AppError('shutting_down', 'The service is shutting down')
  }

  async #disconnect(): Promise<void> {
    await this.#build.revisions.released
    this.#build.connection.close()
  }

  async #removeFiles(): Promise<void> {
    await this.#disconnect()
    await rm(this.#paths.root, { recursive: true, force: true }).catch((error: unknown) => {
      this.#shared.context.log.warn('index_files_not_removed', { build: this.#paths.root, error })
    })
  }
}
