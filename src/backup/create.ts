import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hasCode } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import type { BackupProgress, BackupSource, BackupSummary, Backups, FrozenFile, LeftOut } from '../core/ports/backup.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'
import { digestOfBytes, digestOfFile, type Digest } from './digest.ts'
import { inParallel } from './in-parallel.ts'
import { formatManifest, manifestName, newBackupId, objectName, type BackupManifest, type StoredFile } from './manifest.ts'
import { backupIds, openPlace } from './place.ts'
import { newestManifest, objectsIn, removeOld } from './retention.ts'
import type { BackupSettings } from './settings.ts'
import { ContentChangedError, type BackupStore } from './store.ts'

export interface BackupPorts {
  /** In the order in which they are frozen. */
  readonly sources: readonly BackupSource[]
  readonly clock: Clock
  readonly version: string
  readonly configuration: string
  readonly warn: (message: string) => void
}

/** A file that is replaced while it is copied is read again so often. Growing is no change: what stood there first is copied. */
const ATTEMPTS = 3

/** See the port. Files that the place has already are not sent again; immutable ones that the newest backup knows are not even read. */
export function createBackups(settings: BackupSettings, ports: BackupPorts): Backups {
  let running = false
  return {
    async create(place, progress, limits) {
      if (running) throw new AppError('too_busy', 'A backup is being made')
      const store = openPlace(place, settings)
      running = true
      try {
        return await new BackupRun(settings, ports, store, limits, progress).run()
      } finally {
        store.close()
        running = false
      }
    },
  }
}

class BackupRun {
  readonly #settings: BackupSettings
  readonly #ports: BackupPorts
  readonly #store: BackupStore
  readonly #limits: Limits
  readonly #report: (progress: BackupProgress) => void
  readonly #files: StoredFile[] = []
  readonly #leftOut: LeftOut[] = []
  /** By SHA-256: the length of each object that the place holds. */
  #objects = new Map<string, number>()
  #known = new Map<string, StoredFile>()
  readonly #sending = new Map<string, Promise<void>>()
  #copied = { files: 0, bytes: 0 }
  #bytes = 0

  constructor(
    settings: BackupSettings,
    ports: BackupPorts,
    store: BackupStore,
    limits: Limits,
    report: (progress: BackupProgress) => void,
  ) {
    this.#settings = settings
    this.#ports = ports
    this.#store = store
    this.#limits = limits
    this.#report = report
  }

  async run(): Promise<BackupSummary> {
    const { clock, version, configuration, sources, warn } = this.#ports
    const { signal } = this.#limits
    this.#objects = await objectsIn(this.#store, signal)
    const before = await newestManifest(this.#store, signal)
    this.#known = new Map(before?.files.filter(({ immutable }) => immutable).map((file) => [file.path, file]))
    // Clocks go back: the newest backup is the one that was begun last all the same.
    const createdAt = Math.max(clock.wall(), before === null ? 0 : Date.parse(before.createdAt) + 1)
    for (const source of sources) await this.#copy(source)
    const manifest: BackupManifest = {
      format: 1,
      id: newBackupId(createdAt),
      createdAt: new Date(createdAt).toISOString(),
      ration: version,
      configuration,
      leftOut: this.#leftOut,
      files: this.#files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    }
    const bytes = formatManifest(manifest)
    await this.#store.put(manifestName(manifest.id), { content: { bytes }, ...digestOfBytes(bytes) }, signal)
    // The backup stands; what cannot be cleared now is cleared by the next one.
    await removeOld(this.#store, this.#settings.keep, await backupIds(this.#store, signal), signal).catch((error: unknown) =>
      warn(`Old backups could not be removed: ${String(error)}`),
    )
    return { id: manifest.id, createdAt: manifest.createdAt, leftOut: this.#leftOut, ...this.#progress() }
  }

  async #copy(source: BackupSource): Promise<void> {
    for await (const part of source.freeze(this.#limits)) {
      if (!('files' in part)) {
        this.#leftOut.push(part)
        continue
      }
      try {
        await inParallel(part.files, this.#settings.parallelFiles, (file) => this.#take(file))
      } finally {
        await part.release()
      }
    }
  }

  async #take(file: FrozenFile): Promise<void> {
    this.#check()
    const digest = await this.#stored(file)
    if (digest === null) return
    if (this.#files.length >= this.#settings.manifestFiles) {
      throw new AppError('invalid_request', 'The data directory has more files than a backup may list', {
        limit: this.#settings.manifestFiles,
      })
    }
    this.#files.push({ path: file.path, ...digest, immutable: file.immutable })
    this.#bytes += digest.bytes
    this.#report(this.#progress())
  }

  /** What the file holds, which stands in the place now; null where it has vanished. */
  async #stored({ path, content, immutable }: FrozenFile): Promise<Digest | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        const known = this.#known.get(path)
        if (immutable && known !== undefined && 'file' in content && this.#has(known) && (await stat(content.file)).size === known.bytes) {
          return { bytes: known.bytes, sha256: known.sha256 }
        }
        const digest = 'file' in content ? await digestOfFile(content.file, this.#limits.signal) : digestOfBytes(content.bytes)
        await this.#ensure(content, digest)
        return digest
      } catch (error) {
        if ('file' in content && !existsSync(content.file)) return null
        // Another file of the same content may be the one that vanished.
        const isFleeting = error instanceof ContentChangedError || hasCode(error, 'ENOENT')
        if (!isFleeting || attempt === ATTEMPTS) throw error
      }
    }
  }

  /** Files with the same content, of which there are some, are sent once. */
  async #ensure(content: FrozenFile['content'], digest: Digest): Promise<void> {
    if (this.#has(digest)) return
    const sending = this.#sending.get(digest.sha256) ?? this.#send(content, digest).finally(() => this.#sending.delete(digest.sha256))
    this.#sending.set(digest.sha256, sending)
    await sending
  }

  async #send(content: FrozenFile['content'], digest: Digest): Promise<void> {
    await this.#store.put(objectName(digest.sha256), { content, ...digest }, this.#limits.signal)
    this.#objects.set(digest.sha256, digest.bytes)
    this.#copied = { files: this.#copied.files + 1, bytes: this.#copied.bytes + digest.bytes }
  }

  #has({ sha256, bytes }: Digest): boolean {
    return this.#objects.get(sha256) === bytes
  }

  #progress(): BackupProgress {
    return { files: this.#files.length, bytes: this.#bytes, copiedFiles: this.#copied.files, copiedBytes: this.#copied.bytes }
  }

  #check(): void {
    this.#limits.signal.throwIfAborted()
    if (this.#ports.clock.now() > this.#limits.deadline) throw new AppError('deadline_exceeded', 'The backup took longer than it may')
  }
}
