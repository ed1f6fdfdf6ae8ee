import type { Kysely } from 'kysely'

/**
 * Sessions are found by tenant and name, counted by tenant and deleted by time, their turns with them. `content` is JSON as text: it can hold any
 * string that a request can, which `jsonb` cannot.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('sessions')
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('tokens_limit', 'integer')
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('sessions_key', ['tenant', 'name'])
    .execute()
  await database.schema.createIndex('sessions_by_time').on('sessions').column('expires_at').execute()
  await database.schema
    .createTable('session_turns')
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('retry_key', 'text')
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('tokens', 'integer', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('session_turns_key', ['tenant', 'name', 'ordinal'])
    .addForeignKeyConstraint('session_turns_session', ['tenant', 'name'], 'sessions', ['tenant', 'name'], (key) => key.onDelete('cascade'))
    .execute()
}
