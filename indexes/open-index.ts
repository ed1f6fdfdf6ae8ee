import type { Session } from '@lancedb/lancedb'
import { rm } from 'node:fs/promises'
import { AppError } from '../src/core/errors.ts'
import type { IndexCalibration } from '../src/core/confidence/calibration.ts'
import type { IndexReader } from '../src/core/ports/index-reader.ts'
import type { IndexStatus, VerifyCheck } from '../src/core/ports/index-registry.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { BoundedQueue } from './bounded-queue.ts'
import { readCalibration, writeCalibration } from './calibration.ts'
import { readIndexFile } from './declaration.ts'
import type { IndexFile } from './declaration.ts'
import { bytesBelow, writeDurably } from './durable.ts'
import { buildPaths, versionOf } from './layout.ts'
import type { BuildPaths } from './layout.ts'
import { openBuild } from './open.ts'
import type { OpenBuild } from './open.ts'
import { LanceIndexReader } from './reader.ts'
import type { IndexContext } from './settings.ts'
import { forgetIndex } from './sweep.ts'
import { openToWrite } from './tables.ts'
import type { Tables } from './tables.ts'
import { verifyRevision } from './verify.ts'
import { LanceIndexWriter } from './writer.ts'

/** Null where there is no index of that name. */
export async function openIndex(
  directory: string,
  session: Session,
  native: BoundedQueue,
  context: IndexContext,
): Promise<OpenIndex | null> {
  const file = await readIndexFile(directory)
  if (file === null) return null
  const paths = buildPaths(directory, file.build)
  const calibration = await readCalibration(paths.calibration)
  const build = await openBuild(paths, session, context)
  try {
    return new OpenIndex(directory, { ...file, calibration }, build, await openToWrite(build.connection), native, context)
  } catch (error) {
    build.revisions.close()
    build.connection.close()
    throw error
  }
}

/**
 * One index while the process has it open: its current revision, its one writer, its readers.
 *
 *     open ── close ───> closed     writes end, pinned readers read on
 *       └──── delete ──> deleted    no new pins; the files go with the last reader
 */
export class OpenIndex {
  readonly #directory: string
  readonly #paths: BuildPaths
  readonly #file: IndexFile
  #calibration: IndexCalibration | null
  readonly #build: OpenBuild
  readonly #native: BoundedQueue
  readonly #context: IndexContext
  readonly #writer: LanceIndexWriter
  #state: 'open' | 'closed' | 'deleted' = 'open'

  constructor(
    directory: string,
    { calibration, ...file }: IndexFile & { readonly calibration: IndexCalibration | null },
    build: OpenBuild,
    tables: Tables,
    native: BoundedQueue,
    context: IndexContext,
  ) {
    this.#directory = directory
    this.#paths = buildPaths(directory, file.build)
    this.#file = file
    this.#calibration = calibration
    this.#build = build
    this.#native = native
    this.#context = context
    this.#writer = new LanceIndexWriter({
      declaration: file.declaration,
      embedder: build.manifest.embedder,
      tables,
      revisions: build.revisions,
      queue: new BoundedQueue('index writer', context.clock, 1, context.settings.writerQueue),
      native,
      context,
      checkOpen: () => this.#checkOpen(),
    })
  }

  get declaration() {
    return this.#file.declaration
  }

  get writer(): IndexWriter {
    this.#checkOpen()
    return this.#writer
  }

  pin(): IndexReader {
    this.#checkOpen()
    const { declaration, build } = this.#file
    const { fingerprint, space, dimensions } = this.#build.manifest.embedder
    const identity = {
      declaration,
      version: versionOf(build),
      embedder: { fingerprint, space, dimensions },
      calibration: this.#calibration,
    }
    return new LanceIndexReader(identity, this.#build.revisions.current.retain(), this.#native, this.#context)
  }

  async status(): Promise<IndexStatus> {
    this.#checkOpen()
    const { revision, content, counts } = this.#build.revisions.head
    return {
      declaration: this.#file.declaration,
      version: versionOf(this.#file.build),
      revision,
      content,
      counts,
      embedder: this.#build.manifest.embedder,
      bytes: await bytesBelow(this.#paths.root),
      createdAt: this.#file.createdAt,
      calibration: this.#calibration,
    }
  }

  async calibrate(calibration: IndexCalibration): Promise<void> {
    this.#checkOpen()
    await writeCalibration(this.#paths.calibration, calibration)
    this.#calibration = calibration
  }

  async verify(limits: Limits): Promise<readonly VerifyCheck[]> {
    this.#checkOpen()
    const snapshot = this.#build.revisions.current.retain()
    try {
      return await verifyRevision(snapshot, this.#file.declaration, this.#native, this.#context, limits)
    } finally {
      snapshot.release()
    }
  }

  /** Resolves when no write runs any more. */
  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed'
    await this.#writer.close()
    this.#build.revisions.close()
    void this.#disconnect()
  }

  /**
   * Resolves when the index is gone for good; its files go when the last reader has been released, or at the next start, which
   * finds them by the mark. The mark is what deletes: before it nothing has changed, after it a start finishes what was cut short.
   */
  async delete(): Promise<void> {
    this.#checkOpen()
    await writeDurably(this.#paths.deleted, '')
    this.#state = 'deleted'
    await this.#writer.close()
    await forgetIndex(this.#directory)
    this.#build.revisions.close()
    void this.#removeFiles()
  }

  async #disconnect(): Promise<void> {
    await this.#build.revisions.released
    this.#build.connection.close()
  }

  async #removeFiles(): Promise<void> {
    await this.#disconnect()
    await rm(this.#paths.root, { recursive: true, force: true }).catch((error: unknown) => {
      this.#context.log.warn('index_files_not_removed', { build: this.#paths.root, error })
    })
  }

  #checkOpen(): void {
    if (this.#state === 'deleted') throw new AppError('index_not_found', 'There is no index of that name')
    if (this.#state === 'closed') throw new AppError('shutting_down', 'The service is shutting down')
  }
}
