import { Migrator } from 'kysely/migration'
import { AppError } from '../core/errors.ts'
import { up as apiKeys } from './migrations/0001-api-keys.ts'
import { up as usageRows } from './migrations/0002-usage-rows.ts'
import { up as sessions } from './migrations/0003-sessions.ts'
import { up as jobs } from './migrations/0004-jobs.ts'
import { up as usageStorage } from './migrations/0005-usage-storage.ts'
import { SCHEMA, type Database } from './schema.ts'
import { databaseError } from './database-error.ts'

/** Named here rather than found on disk: what runs is what was reviewed. Names sort in the order of their numbers and never change. */
const MIGRATIONS = {
  '0001_api_keys': { up: apiKeys },
  '0002_usage_rows': { up: usageRows },
  '0003_sessions': { up: sessions },
  '0004_jobs': { up: jobs },
  '0005_usage_storage': { up: usageStorage },
}

/**
 * Brings the schema up to date, once, whoever else starts at the same time (on Postgres an advisory lock serialises it).
 * Rejects `state_damaged` for a database that a newer Ration has migrated.
 */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    migrationTableSchema: SCHEMA,
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new AppError(
      'state_damaged',
      `The control database was written by another version of Ration: ${error.message}`,
      {},
      { cause: error },
    )
  }
  throw databaseError(error)
}
