import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { databaseError } from './database-error.ts'
import { migrate } from './migrate.ts'
import { dumpPGlite, openPGlite, type PGlitePorts } from './pglite.ts'
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
  return (await openControl(settings, ports)).database
}

export interface ControlDatabase {
  readonly database: Database
  /** The whole database as it is between two statements, as `openPGlite` reads it back; null for a Postgres server, whose tool is pg_dump. */
  readonly dump: (() => Promise<Uint8Array>) | null
}

/** As `openDatabase`, with a way to copy it. */
export async function openControl(settings: DatabaseSettings, ports: PGlitePorts): Promise<ControlDatabase> {
  const { databaseUrl } = settings
  const pglite = databaseUrl === null ? await openPGlite(ports) : null
  const dialect =
    pglite === null
      ? new PostgresDialect({ pool: pool({ ...settings, databaseUrl: databaseUrl ?? '' }, ports.warn) })
      : new PGliteDialect({ pglite })
  const database: Database = new Kysely<Tables>({ dialect }).withSchema(SCHEMA)
  try {
    await migrate(database)
    return { database, dump: pglite === null ? null : () => dumpPGlite(pglite) }
  } catch (error) {
    await database.destroy()
    throw databaseError(error)
  }
}
