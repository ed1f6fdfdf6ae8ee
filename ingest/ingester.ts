import { AppError } from '../src/core/errors.ts'
import { BlockCounts } from '../src/core/near/block-counts.ts'
import type { IndexName, TenantId } from '../src/core/ids.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { IndexRegistry } from '../src/core/ports/index-registry.ts'
import type { Ingester, IngestEvents, IngestReport } from '../src/core/ports/ingester.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { ModelProfiles } from '../src/core/ports/model-profiles.ts'
import type { TokenCounters } from '../src/core/ports/token-counter.ts'
import type { RawDocument } from '../src/core/types.ts'
import { createTokenMeasure } from './chunk/token-measure.ts'
import { batches } from './batches.ts'
import { createBoilerplate } from './chunk/boilerplate.ts'
import { createVectorSource } from './embed.ts'
import { expand } from './expand.ts'
import { storedHow } from './content-hash.ts'
import { createInFlight } from './in-flight.ts'
import { knownStatuses } from './known.ts'
import { prepareBatch, type PreparedBatch, type Preparing } from './prepare.ts'
import { createReport, type Report } from './report.ts'
import type { ParserPool } from './parse/parser-pool.ts'
import type { IngestSettings } from './settings.ts'
import { imagined, rehearsed, type Target } from './target.ts'
import type { Unpacked } from './unpack/unread.ts'
import { writeBatch } from './write.ts'

export interface IngestPorts {
  readonly indexes: IndexRegistry
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
  readonly clock: Clock
  readonly parsers: ParserPool
}

/**
 * Documents from a source to an index: unpack, hash, skip what has not changed, parse, chunk, embed, write. Batches are prepared side by side and written
 * in order, so at most `batches_ahead` of them are in memory. A document that cannot be ingested is reported and the rest goes on; what concerns all of them
 * (`index_not_found`, `fingerprint_mismatch`, `model_unavailable`, `storage_full`, `cancelled`, …) rejects, and what was reported by then stands.
 */
export function createIngester(settings: IngestSettings, ports: IngestPorts): Ingester {
  const { indexes, profiles, counters, clock, parsers } = ports
  const counts = settings.boilerplate === undefined ? null : new BlockCounts(settings.boilerplate)
  return {
    ingest: intoIndex(false),
    load: intoIndex(true),
    async rehearse(tenant, index, source, events, limits) {
      const target =
        typeof index === 'string'
          ? rehearsed(await openTarget(tenant, index, limits))
          : imagined(index, (await profiles.open(index.profile)).passages)
      return run(target, { source, events, limits, isWhole: false, reopen: () => Promise.resolve(target) })
    },
    known: async (tenant, index, entries, limits) =>
      knownStatuses(entries, storedHow(settings, parsers.settings), await indexes.writer(tenant, index, limits), limits),
  }

  function intoIndex(isWhole: boolean): Ingester['ingest'] {
    return async (tenant, index, source, events, limits) => {
      const open = () => openTarget(tenant, index, limits)
      return run(await open(), { source, events, limits, isWhole, reopen: open })
    }
  }

  async function openTarget(tenant: TenantId, index: IndexName, limits: Limits): Promise<Target> {
    const [writer, cache] = [await indexes.writer(tenant, index, limits), await indexes.vectors(tenant, index, limits)]
    const { declaration } = writer
    const { passages } = await profiles.open(declaration.profile)
    const status = await indexes.status(tenant, index, limits)
    // Where another version was published meanwhile the first write says so, and the load follows.
    if (status.declaration === declaration) checkFingerprint(status, passages.fingerprint)
    const boilerplate =
      counts === null || declaration.unit === 'document' ? undefined : createBoilerplate(counts, `${tenant}/${index}`, [writer])
    return { declaration, revision: status.revision, passages, writer, cache, boilerplate }
  }

  function preparingFor({ declaration, passages, writer, cache, boilerplate }: Target): Preparing {
    const chunker = { declaration, settings, measure: createTokenMeasure(passages, settings.modelTexts), counters, boilerplate }
    return {
      settings,
      clock,
      parsers,
      writer,
      chunker,
      vectors: createVectorSource(passages, cache, settings),
      fingerprint: passages.fingerprint,
    }
  }

  async function run(target: Target, load: Load): Promise<IngestReport> {
    const started = clock.now()
    const report = createReport(target.revision, load.events)
    try {
      await fill(target, load, report)
    } catch (error) {
      const taken = report.finish(clock.now() - started)
      if (taken.embedTokens > 0 || taken.storedBytes > 0) load.events.interrupted?.(taken)
      throw error
    }
    return report.finish(clock.now() - started)
  }

  async function fill(target: Target, { source, limits, isWhole, reopen }: Load, report: Report): Promise<void> {
    let preparing = preparingFor(target)
    const inFlight = createInFlight(settings.batchesAhead)
    const ahead: Limits = { ...limits, signal: AbortSignal.any([limits.signal, inFlight.signal]) }
    try {
      for await (const items of batches(expand(source, parsers, limits), settings)) {
        const ids = new Set(items.map(({ id }) => id))
        await inFlight.enter(ids)
        const used = preparing
        inFlight.add(
          ids,
          () => prepareBatch(items, used, ahead),
          (batch) => write(items, batch, used),
        )
      }
    } finally {
      await inFlight.drain()
    }
    if (isWhole && report.written >= settings.optimizeChunks) report.revision = await preparing.writer.optimize(limits)

    /** What was prepared for a version that is not current any more is prepared again for the one that is. */
    async function write(items: readonly Unpacked[], batch: PreparedBatch, used: Preparing): Promise<void> {
      try {
        await writeBatch(batch, used.writer, used.fingerprint, report, limits)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'version_moved') throw error
        preparing = preparingFor(await reopen())
        await write(items, await prepareBatch(items, preparing, limits), preparing)
      }
    }
  }
}

interface Load {
  readonly source: AsyncIterable<RawDocument>
  readonly events: IngestEvents
  readonly limits: Limits
  /** Nothing follows it but questions. */
  readonly isWhole: boolean
  /** The same place, as it is now. */
  readonly reopen: () => Promise<Target>
}

function checkFingerprint(status: Awaited<ReturnType<IndexRegistry['status']>>, fingerprint: string): void {
  const { declaration, embedder } = status
  if (embedder.fingerprint === fingerprint) return
  throw new AppError(
    'fingerprint_mismatch',
    `The index ${declaration.name} was built with ${embedder.name} (${embedder.fingerprint}), the profile ${declaration.profile} now has ${fingerprint}: ` +
      'bring the former model back, or create a new index and ingest the documents into it',
    { index: declaration.name, built_with: embedder.fingerprint, profile: declaration.profile, profile_has: fingerprint },
  )
}
