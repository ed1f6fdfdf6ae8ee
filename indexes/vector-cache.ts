import { rmSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { VectorCache } from '../src/core/ports/vector-cache.ts'
import type { IndexLog } from './settings.ts'
import { isUnitLength, lengthOf } from './unit-length.ts'

/** Rows in one step of the event loop; about 2 ms. */
const STEP_ROWS = 128
/** Of the key's text as SHA-256 in base64, which is its hash in 32 bytes: half of them are enough never to meet by chance. */
const KEY_BYTES = 16
/** Key, its index and what a row costs beside its numbers, bytes. */
const ROW_OVERHEAD = 80
/** Share of the limit that is emptied at a time. */
const EVICTED_SHARE = 1 / 16
/** After so long without use the file is closed: an open one holds up to 8 MB of pages, and there is one for each index. */
const IDLE_MS = 60_000

interface Statements {
  readonly get: StatementSync
  readonly put: StatementSync
  readonly remove: StatementSync
  readonly evict: StatementSync
}

/**
 * A file of SQLite beside the versions of an index. It holds nothing that cannot be made again, so one that is damaged is deleted, one that
 * cannot be written is not written, and a power cut may empty it. A vector that is none any more is removed when it is asked for.
 */
export class SqliteVectorCache implements VectorCache {
  readonly #file: string
  readonly #limitBytes: number
  readonly #log: IndexLog
  #database: DatabaseSync | null = null
  #statements: Statements | null = null
  #idle: NodeJS.Timeout | null = null
  #rows = 0
  #closed = false

  constructor(file: string, limitBytes: number, log: IndexLog) {
    this.#file = file
    this.#limitBytes = limitBytes
    this.#log = log
  }

  async get(keys: readonly string[], dimensions: number): Promise<ReadonlyMap<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    await this.#inSteps(keys, ({ get, remove }, key) => {
      const row = get.get(keyBytes(key)) as { readonly vector: Uint8Array } | undefined
      if (row === undefined) return
      const vector = numbersOf(row.vector, dimensions)
      if (vector !== null) found.set(key, vector)
      else this.#rows -= Number(remove.run(keyBytes(key)).changes)
    })
    return found
  }

  async put(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    if (this.#limitBytes === 0) return
    await this.#inSteps([...vectors], ({ put }, [key, vector]) => {
      const { changes } = put.run(keyBytes(key), new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
      this.#rows += Number(changes)
    })
    const [, any] = vectors.entries().next().value ?? []
    if (any !== undefined) await this.#evict(any.byteLength + ROW_OVERHEAD)
  }

  close(): void {
    this.#closed = true
    this.#shut()
  }

  /** Closes it and deletes its file: nothing of the texts of a deleted index stays. */
  remove(): void {
    this.close()
    removeVectors(this.#file)
  }

  /** Oldest first, in steps as all else; the file keeps its size and is filled again. */
  async #evict(rowBytes: number): Promise<void> {
    const most = Math.floor(this.#limitBytes / rowBytes)
    if (this.#rows <= most) return
    const left = most - Math.floor(most * EVICTED_SHARE)
    for (let gone = 1; gone > 0 && this.#rows > left;) {
      const isDone = this.#guarded(({ evict }) => {
        gone = Number(evict.run(Math.min(STEP_ROWS, this.#rows - left)).changes)
        this.#rows -= gone
      })
      if (!isDone) return
      await setImmediate()
    }
  }

  /** Lets others have their turn between steps; each step is one transaction. */
  async #inSteps<Item>(items: readonly Item[], work: (statements: Statements, item: Item) => void): Promise<void> {
    for (let from = 0; from < items.length; from += STEP_ROWS) {
      const step = items.slice(from, from + STEP_ROWS)
      const isDone = this.#guarded((statements) => {
        this.#database?.exec('BEGIN')
        for (const item of step) work(statements, item)
        this.#database?.exec('COMMIT')
      })
      if (!isDone) return
      await setImmediate()
    }
  }

  /** False where the cache is of no use now. A full disk leaves it as it is; anything else is damage, and it starts anew. */
  #guarded(work: (statements: Statements) => void): boolean {
    if (this.#closed) return false
    try {
      work(this.#open())
      this.#rest()
      return true
    } catch (error) {
      this.#log.warn('vector_cache_failed', { file: this.#file, error: String(error) })
      this.#shut()
      if (!/full|disk I\/O/iu.test(String(error))) removeVectors(this.#file)
      return false
    }
  }

  #open(): Statements {
    if (this.#statements !== null) return this.#statements
    const database = new DatabaseSync(this.#file)
    this.#database = database
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216')
    database.exec('CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)')
    this.#rows = (database.prepare('SELECT count(*) AS rows FROM vectors').get() as { readonly rows: number }).rows
    this.#statements = {
      get: database.prepare('SELECT vector FROM vectors WHERE key = ?'),
      put: database.prepare('INSERT INTO vectors (key, vector) VALUES (?, ?) ON CONFLICT DO NOTHING'),
      remove: database.prepare('DELETE FROM vectors WHERE key = ?'),
      evict: database.prepare('DELETE FROM vectors WHERE id IN (SELECT id FROM vectors ORDER BY id LIMIT ?)'),
    }
    return this.#statements
  }

  #rest(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#shut(), IDLE_MS)
    this.#idle.unref()
  }

  #shut(): void {
    this.#statements = null
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    try {
      this.#database?.close()
    } catch (error) {
      this.#log.warn('vector_cache_not_closed', { file: this.#file, error: String(error) })
    }
    this.#database = null
  }
}

/** The file of a cache that nobody has open, with what SQLite puts beside it. */
export function removeVectors(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
}

const keyBytes = (key: string): Uint8Array => Buffer.from(key, 'base64').subarray(0, KEY_BYTES)

/** Copied, so that it is aligned and nothing else hangs on it; null where a row is not what an embedder gave: SQLite has no checksums. */
function numbersOf(bytes: Uint8Array, dimensions: number): Float32Array | null {
  if (bytes.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return null
  const vector = new Float32Array(bytes.slice().buffer)
  return isUnitLength(lengthOf(vector)) ? vector : null
}
