import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { IndexName, TenantId } from '../src/core/ids.ts'
import type { RawPair } from '../src/core/ports/engine.ts'
import type { IndexRegistry } from '../src/core/ports/index-registry.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { searchText } from './full-text.ts'
import { LanceIndexReader, type NativeHandle } from './reader.ts'
import { HIT } from './schema.ts'
import { searchVector } from './vectors.ts'

const TIMEOUT_MS = 60_000

/** The floor that latency is compared with (see the port): no queue, no ties, no rows turned into hits. `close` releases the pin. */
export async function openRawPair(registry: IndexRegistry, tenant: TenantId, index: IndexName, limits: Limits): Promise<RawPair> {
  const reader = await registry.pin(tenant, index, limits)
  invariant(reader instanceof LanceIndexReader, 'the registry gives out its own readers')
  const { table, approximate } = reader.native()
  return {
    async search(query, vector, k) {
      await Promise.all([searchText(table, query, null, HIT, k, TIMEOUT_MS), vectorSearch(table, vector, k, approximate)])
    },
    close: () => reader.release(),
  }
}

async function vectorSearch(table: Table, vector: Float32Array, limit: number, approximate: NativeHandle['approximate']): Promise<void> {
  await searchVector(table, { column: 'vector', vector, where: null, fetch: HIT, limit, timeoutMs: TIMEOUT_MS, approximate })
}
