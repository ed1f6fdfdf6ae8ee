import { isDeepStrictEqual } from 'node:util'
import type { IndexCalibration } from '../src/core/confidence/calibration.ts'
import type { GoldenBaseline, GoldenQuestion, GoldenSet } from '../src/core/golden/gate.ts'
import type { VersionRef } from '../src/core/ids.ts'
import { AppError } from '../src/core/errors.ts'
import type { Frozen } from '../src/core/ports/backup.ts'
import type { IndexReader } from '../src/core/ports/index-reader.ts'
import type { IndexStatus, VerifyCheck } from '../src/core/ports/index-registry.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { writeDurably } from './durable.ts'
import { smallFiles } from './freeze.ts'
import { newGoldenSet, readGolden, removeGolden, writeGolden } from './golden-file.ts'
import { IndexBook } from './index-book.ts'
import { namedBuilds, readIndexFile } from './index-file.ts'
import { buildPaths, goldenFile, vectorsFile } from './layout.ts'
import { LiveVersion } from './live-version.ts'
import { LiveWriter } from './live-writer.ts'
import type { OpenVersion, Shared } from './open-version.ts'
import { forgetIndex } from './sweep.ts'
import { VersionKeeper } from './version-keeper.ts'
import type { KeeperParts } from './version-keeper.ts'
import { recordOf } from './version-moves.ts'
import { VersionShelf } from './version-shelf.ts'
import { SqliteVectorCache } from './vector-cache.ts'
import { WriteFence } from './write-fence.ts'

/** Null where there is no index of that name. */
export async function openIndex(directory: string, shared: Shared): Promise<OpenIndex | null> {
  const file = await readIndexFile(directory)
  if (file === null) return null
  const { clock, settings } = shared.context
  const shelf = new VersionShelf(directory, shared, settings.versions.idleMs)
  const record = recordOf(file, 'current')
  const lease = await shelf.take(record.build, record)
  const book = new IndexBook(directory, file, clock)
  const live = new LiveVersion(book, shelf, lease)
  return new OpenIndex({ directory, shared, book, shelf, live, fence: new WriteFence(clock, settings.writerQueue) })
}

/**
 * One index while the process has it open: its current version, and the others for as long as somebody uses them.
 *
 *     open ── close ───> closed     writes end, pinned readers read on
 *       └──── delete ──> deleted    no new pins; the files go with the last reader
 */
export class OpenIndex {
  readonly versions: VersionKeeper
  /** Of every version. */
  readonly vectors: SqliteVectorCache
  readonly #parts: KeeperParts
  #closed = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.versions = new VersionKeeper(parts)
    const { settings, log } = parts.shared.context
    this.vectors = new SqliteVectorCache(vectorsFile(parts.directory), settings.vectorCacheBytes, log)
  }

  /** Of the current version. */
  get declaration(): IndexDeclaration {
    return this.#live.declaration
  }

  /** As the index was created: who declares that again means this index, whatever its current version was changed to. */
  get declared(): IndexDeclaration {
    return this.#parts.book.file.declared
  }

  writer(): IndexWriter {
    this.#live.checkOpen()
    return new LiveWriter(() => this.#live, this.#parts.fence)
  }

  async pin(ref: VersionRef): Promise<IndexReader> {
    this.#live.checkOpen()
    return await this.#with(ref, async (opened) => opened.pin())
  }

  async status(): Promise<IndexStatus> {
    const live = this.#live
    const { revision, content, counts } = live.head
    return {
      declaration: live.declaration,
      version: live.version,
      revision,
      content,
      counts,
      embedder: live.manifest.embedder,
      bytes: await live.bytes(),
      createdAt: this.#parts.book.file.createdAt,
      calibration: live.calibration,
    }
  }

  async calibrate(calibration: IndexCalibration): Promise<void> {
    await this.#live.calibrate(calibration)
  }

  async verify(ref: VersionRef, limits: Limits): Promise<readonly VerifyCheck[]> {
    return await this.#with(ref, (opened) => opened.verify(limits))
  }

  async golden(): Promise<GoldenSet | null> {
    this.#live.checkOpen()
    return await readGolden(goldenFile(this.#parts.directory))
  }

  async attachGolden(questions: readonly GoldenQuestion[]): Promise<GoldenSet> {
    this.#live.checkOpen()
    const { directory, book, shared } = this.#parts
    const set = newGoldenSet(questions, new Date(shared.context.clock.wall()).toISOString())
    await book.alone(() => writeGolden(goldenFile(directory), set))
    return set
  }

  async removeGolden(): Promise<void> {
    this.#live.checkOpen()
    await this.#parts.book.alone(() => removeGolden(goldenFile(this.#parts.directory)))
  }

  async pinBaseline(golden: string, baseline: GoldenBaseline, instead?: GoldenBaseline | null): Promise<void> {
    await this.#parts.book.alone(async () => {
      const set = await this.golden()
      if (set?.hash !== golden) throw new AppError('invalid_request', 'The golden set is not the one that was measured')
      if (instead !== undefined && !isDeepStrictEqual(set.baseline, instead)) return
      await writeGolden(goldenFile(this.#parts.directory), { ...set, baseline })
    })
  }

  /** The index with every version that has data, as they are between two writes; paths stand below `prefix`. */
  async freeze(prefix: string, limits: Limits): Promise<Frozen> {
    const { directory, book } = this.#parts
    this.#live.checkOpen()
    return await book.alone(async () => {
      const files = [...(await smallFiles(directory, prefix))]
      const releases: (() => void)[] = []
      const release = (): void => releases.forEach((each) => each())
      try {
        for (const { build, version } of book.file.versions) {
          if (build === null) continue
          const frozen = await this.#with(version, (opened) => opened.freeze(`${prefix}/versions/${build}`, limits))
          releases.push(() => frozen.release())
          files.push(...frozen.files)
        }
        return { name: prefix, files, release }
      } catch (error) {
        release()
        throw error
      }
    })
  }

  /** Resolves when no write runs any more. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#parts.shelf.close()
    this.vectors.close()
  }

  /**
   * Resolves when the index is gone for good; its files go when the last reader has been released, or at the next start, which
   * finds them by their marks. The mark of the current version is what deletes: before it nothing has changed, after it a start
   * finishes what was cut short.
   */
  async delete(): Promise<void> {
    const { directory, book, shelf } = this.#parts
    this.#live.checkOpen()
    const current = recordOf(book.file, 'current').build
    await this.#live.mark()
    const builds = [...namedBuilds(book.file), ...this.versions.building]
    for (const build of builds) if (build !== current) await writeDurably(buildPaths(directory, build).deleted, '')
    await book.close(async () => {
      await removeGolden(goldenFile(directory))
      this.vectors.remove()
      await forgetIndex(directory)
    })
    for (const build of builds) await shelf.remove(build)
    this.#closed = true
  }

  get #live(): OpenVersion {
    return this.#parts.live.opened
  }

  /** The version stays open while `work` runs, and for as long as what it pinned is read. */
  async #with<T>(ref: VersionRef, work: (opened: OpenVersion) => Promise<T>): Promise<T> {
    const { book, shelf } = this.#parts
    if (ref === 'current') return await work(this.#live)
    const record = recordOf(book.file, ref)
    const lease = await shelf.take(record.build, record)
    try {
      return await work(lease.opened)
    } finally {
      lease.release()
    }
  }
}
