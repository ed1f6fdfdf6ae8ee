import { AppError } from '../src/core/errors.ts'
import type { GateResult } from '../src/core/golden/gate.ts'
import type { IndexVersion, VersionRef } from '../src/core/ids.ts'
import type { EmbedderIdentity } from '../src/core/ports/index-registry.ts'
import type { Candidate, HeldVersion, PublishOptions, VersionChange, VersionStatus } from '../src/core/ports/index-versions.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { writeCalibration } from './calibration.ts'
import { checkDeclaration } from './declaration.ts'
import type { IndexBook } from './index-book.ts'
import { namedBuilds, newRecord } from './index-file.ts'
import { lastOf } from './last-counts.ts'
import { buildPaths, newBuild } from './layout.ts'
import type { LiveVersion } from './live-version.ts'
import { createBuild } from './open.ts'
import type { OpenVersion, Shared } from './open-version.ts'
import { collectable, collected, nextVersion, published, recordOf, withCanary, withRecord } from './version-moves.ts'
import type { Lease, VersionShelf } from './version-shelf.ts'
import { buildingStatus, versionStatus } from './version-status.ts'
import type { WriteFence } from './write-fence.ts'

export interface KeeperParts {
  readonly directory: string
  readonly shared: Shared
  readonly book: IndexBook
  readonly shelf: VersionShelf
  readonly fence: WriteFence
  readonly live: LiveVersion
}

/** Makes the versions of one index, moves its aliases, and collects what is old. */
export class VersionKeeper {
  readonly #parts: KeeperParts
  readonly #building = new Map<IndexVersion, { readonly build: string; readonly opened: OpenVersion | null }>()

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** Builds that are being filled and that nobody sees yet. One that is still being made looks by itself whether its index is there. */
  get building(): readonly string[] {
    return [...this.#building.values()].flatMap(({ build, opened }) => (opened === null ? [] : [build]))
  }

  async list(): Promise<readonly VersionStatus[]> {
    const { directory, book } = this.#parts
    const known = await Promise.all(book.file.versions.map((record) => versionStatus(directory, book.file, record)))
    const made = [...this.#building.values()].flatMap(({ opened }) => opened ?? [])
    return [...known, ...(await Promise.all(made.map(buildingStatus)))]
  }

  async build(change: VersionChange, embedder: EmbedderIdentity): Promise<Candidate> {
    const { directory, shared, book, shelf, live } = this.#parts
    const declaration: IndexDeclaration = { ...live.opened.declaration, ...change }
    checkDeclaration(declaration, shared.context.settings.fields)
    const [other] = this.#building.keys()
    if (other !== undefined) throw new AppError('too_busy', 'Another version of the index is being built', { version: other })
    const version = nextVersion(book.file, this.#building.keys())
    const build = newBuild(version)
    const paths = buildPaths(directory, build)
    this.#building.set(version, { build, opened: null })
    try {
      await createBuild(paths, declaration, embedder, shared.sessions.writing, shared.context)
      const { calibration, declaration: from } = live.opened
      // Where the same model reads the same index, what it was calibrated to still holds.
      const holds = calibration?.embedder === embedder.fingerprint && from.profile === declaration.profile
      if (holds) await writeCalibration(paths.calibration, calibration)
      const lease = await shelf.take(build, { version, declaration })
      this.#building.set(version, { build, opened: lease.opened })
      live.opened.checkOpen()
      return this.#candidate(build, lease)
    } catch (error) {
      this.#building.delete(version)
      await shelf.remove(build)
      throw error
    }
  }

  async hold(ref: VersionRef): Promise<HeldVersion> {
    const record = recordOf(this.#parts.book.file, ref)
    return held(await this.#parts.shelf.take(record.build, record), record.ahead)
  }

  async publish(version: IndexVersion, options: PublishOptions, last: () => Promise<void>, limits: Limits): Promise<void> {
    const { book, shelf, fence, live, shared } = this.#parts
    const record = recordOf(book.file, version)
    const target = await shelf.take(record.build, record)
    try {
      await fence.move(limits, async () => {
        live.opened.checkOpen()
        if (version === book.file.current) throw new AppError('invalid_request', `${version} is current already`, { version })
        await last()
        const differs = target.opened.head.content !== live.opened.head.content
        if (differs && !options.stale) {
          throw new AppError('version_differs', `${version} and the live version hold different documents`, { version })
        }
        const at = new Date(shared.context.clock.wall()).toISOString()
        try {
          await book.edit((file) => published(file, version, options, differs, at))
        } finally {
          await live.follow()
        }
      })
    } finally {
      target.release()
    }
    await this.collect()
  }

  async alone<T>(version: IndexVersion, work: () => Promise<T>, limits: Limits): Promise<T> {
    const { book, fence, live } = this.#parts
    return await fence.move(limits, async () => {
      live.opened.checkOpen()
      const { current } = book.file
      if (version !== current)
        throw new AppError('version_moved', `${current} became current in the place of ${version}`, { version, current })
      return await work()
    })
  }

  async canary(version: IndexVersion | null): Promise<void> {
    await this.#parts.book.edit((file) => withCanary(file, version))
  }

  async recordGate(version: IndexVersion, gate: GateResult): Promise<void> {
    await this.#parts.book.edit((file) => withRecord(file, { ...recordOf(file, version), gate }))
  }

  /** Takes the data of old versions away, first from the file and then from the disk. A failure is logged: the next start finishes it. */
  async collect(): Promise<void> {
    const { directory, book, shelf, shared } = this.#parts
    const { settings, log } = shared.context
    try {
      for (const record of collectable(book.file, settings.versions)) {
        if (record.build === null || shelf.isUsed(record.build)) continue
        const last = await lastOf(directory, record)
        await book.edit((file) => collected(file, record.version, last, settings.versions))
        if (!namedBuilds(book.file).includes(record.build)) await shelf.remove(record.build)
      }
    } catch (error) {
      log.warn('index_versions_not_collected', { index: directory, error })
    }
  }

  #candidate(build: string, lease: Lease): Candidate {
    const { book, shelf } = this.#parts
    const { version, declaration, manifest } = lease.opened
    let state: 'building' | 'kept' | 'discarded' = 'building'
    const settle = (next: 'kept' | 'discarded'): void => {
      state = next
      this.#building.delete(version)
    }
    return {
      ...held(lease, false),
      keep: async () => {
        lease.opened.checkOpen()
        await book.edit((file) => withRecord(file, newRecord(version, build, declaration, manifest)))
        settle('kept')
        await this.collect()
      },
      discard: async () => {
        if (state !== 'building') return
        settle('discarded')
        await shelf.remove(build)
      },
    }
  }
}

function held(lease: Lease, ahead: boolean): HeldVersion {
  const { version, declaration, manifest, writer } = lease.opened
  return {
    ...{ version, declaration, writer, ahead },
    embedder: manifest.embedder,
    pin: () => lease.opened.pin(),
    damagedDocuments: (limits) => lease.opened.damagedDocuments(limits),
    mend: (limits) => writer.mend(limits),
    release: () => lease.release(),
  }
}
