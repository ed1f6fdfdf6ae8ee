import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { databaseError } from './database-error.ts'
import { migrate } from './migrate.ts'
import { openPGlite, type PGlitePorts } from './pglite.ts'
import { SCHEMA, type Database, type Tables } from './schema.ts'

export interface DatabaseSettings {
  /** Connection string of a Postgres server; null runs PGlite inside the data directory. */
  readonly databaseUrl: string | null
  readonly poolSize: number
  readonly connectMs: number
  readonly statementMs: number
}

/** Connections are made on demand, so this cannot fail; the first query can. */
function pool(settings: DatabaseSettings & { readonly databaseUrl: string }, warn: (message: string) => void): Pool {
  const connections = new Pool({
    connectionString: settings.databaseUrl,
    max: settings.poolSize,
    connectionTimeoutMillis: settings.connectMs,
    statement_timeout: settings.statementMs,
    query_timeout: settings.statementMs + settings.connectMs,
    application_name: 'ration',
    keepAlive: true,
  })
  // A connection that the server closes is news, not a crash: the query that used it rejects and the pool makes another. The pool
  // itself listens only to idle ones, and an error that nobody listens to ends the process.
  connections.on('connect', (client) =>
    client.on('error', (error) => warn(`A connection to the control database was lost: ${error.message}`)),
  )
  connections.on('error', () => undefined)
  return connections
}

/**
 * The control database, migrated: PGlite by default (one connection, statements in turn), Postgres where a URL is set. One SQL
 * dialect for both. `destroy()` closes it. Rejects `state_unavailable` where the server does not answer, `state_damaged` where
 * the schema is from a newer version.
 */
export async function openDatabase(settings: DatabaseSettings, ports: PGlitePorts): Promise<Database> {
  const { databaseUrl } = settings
  const dialect =
    databaseUrl === null
      ? new PGliteDialect({ pglite: await openPGlite(ports) })
      : new PostgresDialect({ pool: pool({ ...settings, databaseUrl }, ports.warn) })
  const database: Database = new Kysely<Tables>({ dialect }).withSchema(SCHEMA)
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.destroy()
    throw databaseError(error)
  }
}
