import type { Insertable } from 'kysely'
import type { UsageRow } from '../core/ports/usage-ledger.ts'
import { isRefusedData } from './database-error.ts'
import type { Database, UsageRowTable } from './schema.ts'

function toTable(row: UsageRow): Insertable<UsageRowTable> {
  return {
    request: row.request,
    tenant: row.tenant,
    key: row.key,
    at: new Date(row.at),
    kind: row.kind,
    feature: row.feature,
    index: row.index,
    intent: row.intent,
    profile: row.profile,
    embedder: row.embedder,
    reranker: row.reranker,
    cohort: row.cohort,
    version: row.version,
    revision: row.revision,
    config: row.config,
    packer: row.packer,
    template: row.template,
    outcome: row.outcome,
    degraded: row.degraded,
    budget_tokens: row.budgetTokens,
    context_tokens: row.contextTokens,
    saved_tokens: row.savedTokens,
    embed_tokens: row.embedTokens,
    rerank_pairs: row.rerankPairs,
    storage_bytes: row.storageBytes,
    cost_usd: row.costUsd,
    ms: row.ms,
  }
}

/**
 * Writes `rows` in one statement; a request that is already booked stays as it is. A row that the database can never take (a
 * number that is none, a zero character) must not hold up the others: the batch is halved until it stands alone.
 * Returns how many rows were refused; rejects, with nothing decided about the rest, where the database fails.
 */
export async function insertUsage(database: Database, rows: readonly UsageRow[]): Promise<number> {
  if (rows.length === 0) return 0
  try {
    await database
      .insertInto('usage_rows')
      .values(rows.map(toTable))
      .onConflict((conflict) => conflict.column('request').doNothing())
      .execute()
    return 0
  } catch (error) {
    if (!isRefusedData(error)) throw error
    if (rows.length === 1) return 1
    const middle = rows.length >> 1
    return (await insertUsage(database, rows.slice(0, middle))) + (await insertUsage(database, rows.slice(middle)))
  }
}

export async function deleteUsageBefore(database: Database, instant: Date): Promise<void> {
  await database.deleteFrom('usage_rows').where('at', '<', instant).execute()
}
