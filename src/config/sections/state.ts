import { z } from 'zod'
import { limit, optionalText } from '../setting.ts'

/** Shortest bootstrap key: about 128 bits even where somebody typed hexadecimal by hand. */
const BOOTSTRAP_KEY_CHARACTERS = 24

/** The control database: API keys and the usage ledger. */
export const state = z
  .strictObject({
    database_url: optionalText({
      unit: 'url',
      secret: true,
      why: 'A Postgres server, postgres://user:password@host/database; null keeps the control state in the data directory',
    }),
    pool_size: limit({ unit: 'connections', default: 10, min: 1, ceiling: 100, why: 'Connections to the Postgres server; PGlite has one' }),
    connect_ms: limit({
      unit: 'ms',
      default: 5000,
      min: 100,
      ceiling: 60_000,
      why: 'A connection that takes longer is a server that does not answer',
    }),
    statement_ms: limit({
      unit: 'ms',
      default: 15_000,
      min: 100,
      ceiling: 600_000,
      why: 'The Postgres server gives up a statement after this; sums over a year of usage take seconds',
    }),
    intake_bytes: limit({
      unit: 'bytes',
      default: 1_048_576,
      min: 4096,
      ceiling: 268_435_456,
      why: 'The journal of key changes is rewritten from the database at a start that finds it larger; 1 MiB holds about 3,000 keys',
    }),
    max_keys: limit({
      unit: 'keys',
      default: 10_000,
      min: 1,
      ceiling: 100_000,
      why: 'Live keys of all tenants together; as many of the latest revoked ones are listed beside them',
    }),
    key_cache_entries: limit({
      unit: 'keys',
      default: 1000,
      min: 1,
      ceiling: 100_000,
      why: 'Keys that are checked without asking the database',
    }),
    key_cache_ms: limit({
      unit: 'ms',
      default: 5000,
      min: 0,
      ceiling: 300_000,
      why: 'A key revoked by another process on the same Postgres server is accepted here this long at most; one revoked here is refused at once',
    }),
    bootstrap_key_secret: optionalText({
      unit: 'secret',
      secret: true,
      why: `One key with every scope before any other exists, at least ${BOOTSTRAP_KEY_CHARACTERS} characters; for the first start and for containers`,
    }).refine((secret) => secret === null || secret.length >= BOOTSTRAP_KEY_CHARACTERS, {
      message: `must have at least ${BOOTSTRAP_KEY_CHARACTERS} characters`,
    }),
  })
  .prefault({})
