import type { Kysely } from 'kysely'
import type { UsageRow } from '../core/ports/usage-ledger.ts'

/** Tables live in a schema of their own, so that a shared Postgres server needs no database of its own for Ration. */
export const SCHEMA = 'ration'

export interface ApiKeyTable {
  id: string
  tenant: string
  /** Separated by spaces, as OAuth writes them. */
  scopes: string
  label: string
  /** SHA-256 of the whole secret, hexadecimal. */
  hash: string
  created_at: Date
  revoked_at: Date | null
}

type Snake<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : Text

/** `UsageRow` in snake_case; only the instant has another type. */
export type UsageRowTable = { [Name in Exclude<keyof UsageRow, 'at'> as Snake<Name>]: UsageRow[Name] } & { at: Date }

export interface SessionTable {
  tenant: string
  name: string
  tokens_limit: number | null
  expires_at: Date
}

export interface SessionTurnTable {
  tenant: string
  name: string
  /** From 0, in the order of the first tries. */
  ordinal: number
  retry_key: string | null
  request: string
  tokens: number
  /** JSON of the rest of the turn. */
  content: string
}

export interface JobTable {
  id: string
  /** The data directory whose jobs these are: several may share one Postgres server. */
  owner: string
  tenant: string
  state: string
  idempotency_key: string | null
  created_at: Date
  finished_at: Date | null
  /** JSON of the whole record. */
  content: string
}

export interface DeadLetterTable {
  id: string
  owner: string
  tenant: string
  job: string
  /** JSON of the whole letter. */
  content: string
}

export interface Tables {
  api_keys: ApiKeyTable
  usage_rows: UsageRowTable
  sessions: SessionTable
  session_turns: SessionTurnTable
  jobs: JobTable
  dead_letters: DeadLetterTable
}

/** The control database, whichever engine runs it. */
export type Database = Kysely<Tables>
