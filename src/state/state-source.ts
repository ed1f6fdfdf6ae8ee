import { link, copyFile, mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import type { BackupSource, Frozen, FrozenFile } from '../core/ports/backup.ts'
import { unlessAbsent } from './durable-file.ts'
import { DUMP } from './pglite.ts'

export interface StateParts {
  /** The data directory. */
  readonly directory: string
  /** See `ControlDatabase`. */
  readonly dump: (() => Promise<Uint8Array>) | null
}

const SPOOL = 'spool'
const INTAKE = 'intake.jsonl'
/** Where payloads are held while they are copied. */
const HELD = '.backup'
/** New jobs come slower than their payloads are linked, so this is not reached. */
const ROUNDS = 20

/**
 * The control state as a backup has it: keys, usage, sessions and jobs, with the payloads of those that are not done.
 *
 * A job that ends while it is copied takes its payload with it, so payloads are held by links first and the journal is read afterwards: what it calls
 * unfinished is held then. A payload that nothing names is left for the start to clear.
 */
export function createStateSource({ directory, dump }: StateParts): BackupSource {
  return {
    async *freeze(limits): AsyncGenerator<Frozen> {
      const held = join(directory, HELD)
      const release = () => rm(held, { recursive: true, force: true })
      await release()
      try {
        const spool = join(directory, SPOOL)
        const jobs = await holdPayloads(spool, held, () => wholeLines(join(spool, INTAKE)))
        const journal = await wholeLines(join(directory, INTAKE))
        limits.signal.throwIfAborted()
        const database = dump === null ? null : await dump()
        const memory = [
          { path: INTAKE, bytes: journal },
          { path: `${SPOOL}/${INTAKE}`, bytes: jobs },
          { path: DUMP, bytes: database },
        ]
        const inMemory = memory.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, content: { bytes }, immutable: false }]))
        const payloads = (await filesBelow(held)).map((path): FrozenFile => {
          return { path: `${SPOOL}/${path}`, content: { file: join(held, ...path.split('/')) }, immutable: false }
        })
        yield { name: 'state', files: [...inMemory, ...payloads], release }
      } finally {
        await release()
      }
    },
  }
}

/** Holds every payload and reads the journal, again and again until no payload came while it was read. */
async function holdPayloads(spool: string, held: string, readJournal: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
  for (let round = 0; round < ROUNDS; round++) {
    await holdNew(spool, held)
    const journal = await readJournal()
    if ((await holdNew(spool, held)) === 0) return journal
  }
  throw new AppError('too_busy', 'New jobs come faster than their payloads can be held for the backup')
}

/** Links what is not held yet; how many that were. */
async function holdNew(spool: string, held: string): Promise<number> {
  let count = 0
  for (const path of await filesBelow(spool)) {
    // The journal is read, not held; and under the owner's name two directories must not stand in one Postgres server.
    if (!path.includes('/')) continue
    const target = join(held, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    if (await hold(join(spool, ...path.split('/')), target)) count += 1
  }
  return count
}

/** False where it is held already, or has gone. */
async function hold(file: string, target: string): Promise<boolean> {
  try {
    await link(file, target)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOENT')) return false
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV')) throw error
    // A file system without links.
    await copyFile(file, target)
    return true
  }
}

/** Without a line that is being written at this moment; null where there is no journal. */
async function wholeLines(path: string): Promise<Uint8Array | null> {
  const content = await unlessAbsent(readFile(path))
  return content?.subarray(0, content.lastIndexOf('\n') + 1) ?? null
}

/** Folder by folder: one that goes meanwhile, as that of a job that ends, would end a recursive `readdir`, and with it hide all others. */
async function filesBelow(directory: string, prefix = ''): Promise<readonly string[]> {
  const entries = (await unlessAbsent(readdir(directory, { withFileTypes: true }))) ?? []
  const files: string[] = []
  for (const entry of entries) {
    const path = `${prefix}${entry.name}`
    if (entry.isFile()) files.push(path)
    else if (entry.isDirectory()) files.push(...(await filesBelow(join(directory, entry.name), `${path}/`)))
  }
  return files
}
