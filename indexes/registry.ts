import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { GateResult, GoldenBaseline, GoldenQuestion, GoldenSet } from '../src/core/golden/gate.ts'
import type { IndexName, IndexVersion, TenantId, VersionRef } from '../src/core/ids.ts'
import type { IndexCalibration } from '../src/core/confidence/calibration.ts'
import type { BackupSource, Frozen, LeftOut } from '../src/core/ports/backup.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { EmbedderIdentity, IndexRegistry, IndexStatus, VerifyCheck } from '../src/core/ports/index-registry.ts'
import type { IndexReader } from '../src/core/ports/index-reader.ts'
import type {
  Candidate,
  HeldVersion,
  IndexVersions,
  PublishOptions,
  VersionChange,
  VersionStatus,
} from '../src/core/ports/index-versions.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { VectorCache } from '../src/core/ports/vector-cache.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { BoundedQueue } from './bounded-queue.ts'
import { checkDeclaration, sameDeclaration } from './declaration.ts'
import { exists, fsyncPath } from './durable.ts'
import { indexDirectory, indexFile } from './layout.ts'
import { nativeError, translated } from './native-errors.ts'
import type { OpenIndex } from './open-index.ts'
import { OpenIndexes } from './open-indexes.ts'
import type { IndexContext, IndexLog, IndexSettings } from './settings.ts'
import { entriesOf, sweepBuilds } from './sweep.ts'
import { withinLimits } from './within-limits.ts'

/** Indexes are made and deleted one at a time. */
const CHANGES_THAT_WAIT = 64

export interface RegistryParts {
  readonly directory: string
  readonly clock: Clock
  /** Hears of repairs and of background work that failed; silent by default. */
  readonly log?: IndexLog
}

/**
 * Opens the indexes below `directory`, which this process must own alone. LanceDB's caches are shared by all of them.
 * Removes what an earlier process left behind: builds that were deleted or never finished, and old versions.
 */
export async function createIndexRegistry(
  settings: IndexSettings,
  parts: RegistryParts,
): Promise<IndexRegistry & IndexVersions & BackupSource> {
  await mkdir(parts.directory, { recursive: true })
  // At every start: whoever made the folder may have been killed before its name was on disk.
  await fsyncPath(path.dirname(parts.directory))
  for (const tenant of await entriesOf(parts.directory)) {
    for (const index of await entriesOf(path.join(parts.directory, tenant))) {
      await sweepBuilds(path.join(parts.directory, tenant, index), settings.versions)
    }
  }
  const log = parts.log ?? { warn: () => undefined }
  return new LanceIndexRegistry(parts.directory, { settings, clock: parts.clock, log })
}

class LanceIndexRegistry implements IndexRegistry, IndexVersions, BackupSource {
  readonly #directory: string
  readonly #context: IndexContext
  readonly #indexes: OpenIndexes
  readonly #changes: BoundedQueue

  constructor(directory: string, context: IndexContext) {
    this.#directory = directory
    this.#context = context
    this.#indexes = new OpenIndexes(directory, context)
    this.#changes = new BoundedQueue('index changes', context.clock, 1, CHANGES_THAT_WAIT)
  }

  async create(tenant: TenantId, declaration: IndexDeclaration, embedder: EmbedderIdentity, limits: Limits): Promise<IndexStatus> {
    checkDeclaration(declaration, this.#context.settings.fields)
    const directory = indexDirectory(this.#directory, tenant, declaration.name)
    return await this.#changes.run(limits, async () => {
      const existing = await this.#indexes.find(directory)
      if (existing === null) return await (await translated(() => this.#indexes.make(directory, declaration, embedder))).status()
      if ([existing.declared, existing.declaration].some((own) => sameDeclaration(own, declaration))) return await existing.status()
      throw new AppError('index_exists', 'An index of that name exists with another declaration', { index: declaration.name })
    })
  }

  /** Indexes that cannot be opened are left out and logged: one damaged index must not hide the others. */
  async list(tenant: TenantId, limits: Limits): Promise<readonly IndexStatus[]> {
    const names = (await entriesOf(path.dirname(indexDirectory(this.#directory, tenant, 'any' as IndexName)))).sort()
    const all: IndexStatus[] = []
    for (const name of names) {
      try {
        all.push(await this.status(tenant, name as IndexName, limits))
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code === 'cancelled' || error.code === 'deadline_exceeded' || error.code === 'shutting_down') throw error
        if (error.code !== 'index_not_found') this.#context.log.warn('index_not_listed', { tenant, index: name, code: error.code })
      }
    }
    return all
  }

  async status(tenant: TenantId, name: IndexName, limits: Limits): Promise<IndexStatus> {
    return await this.#within(tenant, name, limits, (index) => index.status())
  }

  async delete(tenant: TenantId, name: IndexName, limits: Limits): Promise<void> {
    const directory = indexDirectory(this.#directory, tenant, name)
    await this.#changes.run(limits, () => translated(() => this.#indexes.remove(directory)))
  }

  async verify(tenant: TenantId, name: IndexName, limits: Limits, ref: VersionRef = 'current'): Promise<readonly VerifyCheck[]> {
    return await this.#on(tenant, name, (index) => index.verify(ref, limits))
  }

  async *freeze(limits: Limits): AsyncGenerator<Frozen | LeftOut> {
    for (const tenant of (await entriesOf(this.#directory)) as TenantId[]) {
      for (const index of (await entriesOf(path.join(this.#directory, tenant))) as IndexName[]) {
        try {
          const prefix = `${path.basename(this.#directory)}/${tenant}/${index}`
          yield await (await this.#named(tenant, index)).freeze(prefix, limits)
        } catch (error) {
          const known = nativeError(error)
          if (!(known instanceof AppError) || known.code === 'shutting_down') throw known
          if (known.code === 'index_damaged') yield { tenant, index, code: known.code }
          else if (known.code !== 'index_not_found') throw known
        }
      }
    }
  }

  async calibrate(tenant: TenantId, name: IndexName, calibration: IndexCalibration, limits: Limits): Promise<void> {
    await this.#changes.run(limits, () => this.#on(tenant, name, (index) => index.calibrate(calibration)))
  }

  async pin(tenant: TenantId, name: IndexName, limits: Limits, ref: VersionRef = 'current'): Promise<IndexReader> {
    const index = await withinLimits(this.#context.clock, limits, this.#named(tenant, name))
    return await translated(() => index.pin(ref))
  }

  async writer(tenant: TenantId, name: IndexName, limits: Limits): Promise<IndexWriter> {
    return (await withinLimits(this.#context.clock, limits, this.#named(tenant, name))).writer()
  }

  async vectors(tenant: TenantId, name: IndexName, limits: Limits): Promise<VectorCache> {
    return (await withinLimits(this.#context.clock, limits, this.#named(tenant, name))).vectors
  }

  async versions(tenant: TenantId, name: IndexName, limits: Limits): Promise<readonly VersionStatus[]> {
    return await this.#within(tenant, name, limits, (index) => index.versions.list())
  }

  async build(tenant: TenantId, name: IndexName, change: VersionChange, embedder: EmbedderIdentity): Promise<Candidate> {
    return await this.#on(tenant, name, (index) => index.versions.build(change, embedder))
  }

  async hold(tenant: TenantId, name: IndexName, ref: VersionRef): Promise<HeldVersion> {
    return await this.#on(tenant, name, (index) => index.versions.hold(ref))
  }

  async publish(
    tenant: TenantId,
    name: IndexName,
    version: IndexVersion,
    options: PublishOptions,
    last: () => Promise<void>,
    limits: Limits,
  ): Promise<void> {
    await this.#on(tenant, name, (index) => index.versions.publish(version, options, last, limits))
  }

  async alone<T>(tenant: TenantId, name: IndexName, version: IndexVersion, work: () => Promise<T>, limits: Limits): Promise<T> {
    return await this.#on(tenant, name, (index) => index.versions.alone(version, work, limits))
  }

  async canary(tenant: TenantId, name: IndexName, version: IndexVersion | null): Promise<void> {
    await this.#on(tenant, name, (index) => index.versions.canary(version))
  }

  async recordGate(tenant: TenantId, name: IndexName, version: IndexVersion, result: GateResult): Promise<void> {
    await this.#on(tenant, name, (index) => index.versions.recordGate(version, result))
  }

  async golden(tenant: TenantId, name: IndexName): Promise<GoldenSet | null> {
    return await this.#on(tenant, name, (index) => index.golden())
  }

  async attachGolden(tenant: TenantId, name: IndexName, questions: readonly GoldenQuestion[]): Promise<GoldenSet> {
    return await this.#on(tenant, name, (index) => index.attachGolden(questions))
  }

  async removeGolden(tenant: TenantId, name: IndexName): Promise<void> {
    await this.#on(tenant, name, (index) => index.removeGolden())
  }

  async pinBaseline(
    tenant: TenantId,
    name: IndexName,
    golden: string,
    baseline: GoldenBaseline,
    _limits: Limits,
    instead?: GoldenBaseline | null,
  ): Promise<void> {
    await this.#on(tenant, name, (index) => index.pinBaseline(golden, baseline, instead))
  }

  async everywhere(): Promise<readonly { readonly tenant: TenantId; readonly name: IndexName }[]> {
    const all: { readonly tenant: TenantId; readonly name: IndexName }[] = []
    for (const tenant of (await entriesOf(this.#directory)) as TenantId[]) {
      for (const name of (await entriesOf(path.join(this.#directory, tenant))) as IndexName[]) {
        if (await exists(indexFile(path.join(this.#directory, tenant, name)))) all.push({ tenant, name })
      }
    }
    return all
  }

  async close(): Promise<void> {
    await this.#indexes.close(this.#changes.idle())
  }

  async #named(tenant: TenantId, name: IndexName): Promise<OpenIndex> {
    return await this.#indexes.get(indexDirectory(this.#directory, tenant, name))
  }

  /** Work that takes its own time. */
  async #on<T>(tenant: TenantId, name: IndexName, work: (index: OpenIndex) => Promise<T>): Promise<T> {
    return await translated(async () => await work(await this.#named(tenant, name)))
  }

  /** Work that nobody waits for beyond the limits; it must not hold anything that would have to be given back. */
  async #within<T>(tenant: TenantId, name: IndexName, limits: Limits, work: (index: OpenIndex) => Promise<T>): Promise<T> {
    return await withinLimits(this.#context.clock, limits, this.#on(tenant, name, work))
  }
}
