import { Kysely, PGliteDialect, PostgresDialect, type Dialect } from 'kysely'
import { Pool } from 'pg'
import { fromPglite, type Db as Statements } from 'pg-boss'
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

/** `directory` is the data directory; the caller holds its lock. */
export type DatabasePorts = Omit<PGlitePorts, 'prove'>

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

/** The control database with the door that pg-boss needs: statements as text, several of them in one. */
export interface ControlDatabase {
  readonly database: Database
  readonly statements: Statements
  readonly backend: 'pglite' | 'postgres'
  /** The whole database as `openPGlite` reads it back; null for a Postgres server, whose tool is pg_dump. */
  readonly dump: (() => Promise<Uint8Array>) | null
}

const tablesOf = (dialect: Dialect): Database => new Kysely<Tables>({ dialect }).withSchema(SCHEMA)

interface Connection extends Pick<ControlDatabase, 'statements' | 'dump'> {
  readonly dialect: Dialect
}

async function connect(settings: DatabaseSettings, ports: DatabasePorts): Promise<Connection> {
  const { databaseUrl } = settings
  if (databaseUrl === null) {
    const pglite = await openPGlite({ ...ports, prove: (engine) => migrate(tablesOf(new PGliteDialect({ pglite: engine }))) })
    return { dialect: new PGliteDialect({ pglite }), statements: fromPglite(pglite), dump: () => dumpPGlite(pglite) }
  }
  const connections = pool({ ...settings, databaseUrl }, ports.warn)
  const executeSql = (text: string, values?: unknown[]) => connections.query(text, values)
  return { dialect: new PostgresDialect({ pool: connections }), statements: { executeSql }, dump: null }
}

/**
 * The control database, migrated: PGlite by default (one connection, statements in turn), Postgres where a URL is set. One SQL
 * dialect for both. `database.destroy()` closes it. Rejects `state_unavailable` where the server does not answer, `state_damaged` where
 * the schema is from a newer version.
 */
export async function openControlDatabase(settings: DatabaseSettings, ports: DatabasePorts): Promise<ControlDatabase> {
  const { dialect, statements, dump } = await connect(settings, ports)
  const database = tablesOf(dialect)
  try {
    await migrate(database)
    return { database, statements, backend: settings.databaseUrl === null ? 'pglite' : 'postgres', dump }
  } catch (error) {
    await database.destroy()
    throw databaseError(error)
  }
}

/** The same where nothing is queued. */
export const openDatabase = async (settings: DatabaseSettings, ports: DatabasePorts): Promise<Database> =>
  (await openControlDatabase(settings, ports)).database
