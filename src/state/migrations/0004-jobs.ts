import { sql, type Kysely } from 'kysely'

/**
 * Jobs are listed by tenant and state, newest first, which is the order of their ids, and found by idempotency key; dead letters by tenant and job.
 * Ids are compared byte by byte, whatever the language of the server.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const ordered = sql`text collate "C"`
  await database.schema
    .createTable('jobs')
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('id', ordered, (column) => column.notNull())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('finished_at', 'timestamptz')
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('jobs_key', ['owner', 'id'])
    .execute()
  await database.schema.createIndex('jobs_by_tenant').on('jobs').columns(['owner', 'tenant', 'id']).execute()
  await database.schema
    .createIndex('jobs_by_idempotency_key')
    .on('jobs')
    .columns(['owner', 'tenant', 'idempotency_key'])
    .where(sql.ref('idempotency_key'), 'is not', null)
    .execute()
  await database.schema
    .createTable('dead_letters')
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('id', ordered, (column) => column.notNull())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('job', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('dead_letters_key', ['owner', 'id'])
    .execute()
  await database.schema.createIndex('dead_letters_by_tenant').on('dead_letters').columns(['owner', 'tenant', 'id']).execute()
}
