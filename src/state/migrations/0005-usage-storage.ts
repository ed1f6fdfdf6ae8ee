import type { Kysely } from 'kysely'

/** Bytes that an ingest added; rows from before booked none. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('usage_rows')
    .addColumn('storage_bytes', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
}
