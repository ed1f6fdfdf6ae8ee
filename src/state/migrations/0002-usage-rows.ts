import type { Kysely } from 'kysely'

/**
 * `request` is the key: a batch whose acknowledgement got lost is written again without counting anything twice.
 * Rows are read by tenant and time, and deleted by time.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('usage_rows')
    .addColumn('request', 'text', (column) => column.primaryKey())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('feature', 'text', (column) => column.notNull())
    .addColumn('index', 'text', (column) => column.notNull())
    .addColumn('intent', 'text', (column) => column.notNull())
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('embedder', 'text', (column) => column.notNull())
    .addColumn('reranker', 'text')
    .addColumn('cohort', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('packer', 'text', (column) => column.notNull())
    .addColumn('template', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('degraded', 'boolean', (column) => column.notNull())
    .addColumn('budget_tokens', 'bigint', (column) => column.notNull())
    .addColumn('context_tokens', 'bigint', (column) => column.notNull())
    .addColumn('saved_tokens', 'bigint', (column) => column.notNull())
    .addColumn('embed_tokens', 'bigint', (column) => column.notNull())
    .addColumn('rerank_pairs', 'bigint', (column) => column.notNull())
    .addColumn('cost_usd', 'double precision', (column) => column.notNull())
    .addColumn('ms', 'double precision', (column) => column.notNull())
    .execute()
  await database.schema.createIndex('usage_rows_by_tenant').on('usage_rows').columns(['tenant', 'at']).execute()
  await database.schema.createIndex('usage_rows_by_time').on('usage_rows').column('at').execute()
}
