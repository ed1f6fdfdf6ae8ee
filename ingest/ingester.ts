import { AppError } from '../src/core/errors.ts'
import type { IndexName, TenantId } from '../src/core/ids.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { IndexRegistry } from '../src/core/ports/index-registry.ts'
import type { Ingester, IngestEvents, IngestReport } from '../src/core/ports/ingester.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { ModelProfiles } from '../src/core/ports/model-profiles.ts'
import type { TokenCounters } from '../src/core/ports/token-counter.ts'
import type { RawDocument } from '../src/core/types.ts'
import { chunkerName } from './chunk/chunk-documents.ts'
import { createTokenMeasure } from './chunk/token-measure.ts'
import { batches } from './batches.ts'
import { createVectorSource } from './embed.ts'
import { expand } from './expand.ts'
import { knownStatuses } from './known.ts'
import { prepareBatch, type PreparedBatch, type Preparing } from './prepare.ts'
import { createReport } from './report.ts'
import type { ParserPool } from './parse/parser-pool.ts'
import type { IngestSettings } from './settings.ts'
import { imagined, rehearsed, type Target } from './target.ts'
import { writeBatch } from './write.ts'

export interface IngestPorts {
  readonly indexes: IndexRegistry
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
  readonly clock: Clock
  readonly parsers: ParserPool
}

/**
 * Documents from a source to an index: unpack, hash, skip what has not changed, parse, chunk, embed, write. While one batch is written the next is
 * prepared, so at most two batches are in memory. A document that cannot be ingested is reported and the rest goes on; what concerns all of them
 * (`index_not_found`, `fingerprint_mismatch`, `model_unavailable`, `storage_full`, `cancelled`, …) rejects, and what was reported by then stands.
 */
export function createIngester(settings: IngestSettings, ports: IngestPorts): Ingester {
  const { indexes, profiles, counters, clock, parsers } = ports
  return {
    async ingest(tenant, index, source, events, limits) {
      return run(await openTarget(tenant, index, limits), { source, events, limits })
    },
    async rehearse(tenant, index, source, events, limits) {
      const target =
        typeof index === 'string'
          ? rehearsed(await openTarget(tenant, index, limits))
          : imagined(index, (await profiles.open(index.profile)).passages)
      return run(target, { source, events, limits })
    },
    known: async (tenant, index, entries, limits) =>
      knownStatuses(entries, chunkerName(settings), await indexes.writer(tenant, index, limits), limits),
  }

  async function openTarget(tenant: TenantId, index: IndexName, limits: Limits): Promise<Target> {
    const status = await indexes.status(tenant, index, limits)
    const { passages } = await profiles.open(status.declaration.profile)
    checkFingerprint(status, passages.fingerprint)
    const [writer, cache] = [await indexes.writer(tenant, index, limits), await indexes.vectors(tenant, index, limits)]
    return { declaration: status.declaration, revision: status.revision, passages, writer, cache }
  }

  async function run({ declaration, revision, passages, writer, cache }: Target, { source, events, limits }: Load): Promise<IngestReport> {
    const started = clock.now()
    const preparing: Preparing = {
      settings,
      clock,
      parsers,
      writer,
      chunker: { declaration, settings, measure: createTokenMeasure(passages, settings.modelTexts), counters },
      vectors: createVectorSource(passages, cache, settings),
    }
    const report = createReport(revision, events)
    let writing: { readonly batch: PreparedBatch; readonly done: Promise<void> } | null = null
    try {
      for await (const raws of batches(expand(source, parsers, limits), settings)) {
        const batch = await prepareBatch(raws, writing?.batch.hashes ?? new Map(), preparing, limits)
        await writing?.done
        const done = writeBatch(batch, writer, passages.fingerprint, report, limits)
        // Awaited below or before the next batch; until then a rejection is nobody's surprise.
        done.catch(() => undefined)
        writing = { batch, done }
      }
    } finally {
      await writing?.done
    }
    if (report.written >= settings.optimizeChunks) report.revision = await writer.optimize(limits)
    return report.finish(clock.now() - started)
  }
}

interface Load {
  readonly source: AsyncIterable<RawDocument>
  readonly events: IngestEvents
  readonly limits: Limits
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
