import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { JobId } from '../../core/ids.ts'
import { syncFolder, unlessAbsent, writeDurably } from '../durable-file.ts'
import { hasEnded, type JobRecord } from './job-record.ts'
import type { JobRows } from './job-rows.ts'
import type { Journal } from './journal.ts'
import type { LetterRows } from './letter-rows.ts'
import type { Letters, StoredLetter } from './letters.ts'
import type { Spool } from './spool.ts'
import { afterDeath, readNote, writeNote } from './worker-note.ts'

/** The name under which jobs of this data directory stand in a database that it may share: chance, kept in the directory. */
export async function ownerOf(directory: string): Promise<string> {
  const path = join(directory, 'owner')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  // At every start: whoever made the folder may have been killed before its name was on disk.
  await syncFolder(dirname(directory))
  const known = await unlessAbsent(readFile(path, 'utf8'))
  if (known !== null) return known
  const owner = randomBytes(8).toString('hex')
  await writeDurably(path, owner)
  return owner
}

type FoundLetter = Pick<StoredLetter, 'id' | 'job'>

export interface RecoveryPorts {
  readonly spool: Spool
  readonly journal: Journal
  readonly rows: JobRows
  readonly letters: Letters
  readonly letterRows: LetterRows
  readonly warn: (message: string) => void
  readonly wall: () => number
}

export interface Recovered {
  /** In the order of their submission, ready to be begun. */
  readonly unfinished: readonly JobRecord[]
  /** Those that ended and have a payload for a retry, in the order of their end. */
  readonly kept: readonly JobRecord[]
  /** How many of them had a worker that died. */
  readonly deaths: number
}

/**
 * Brings everything to where the journal is: what is unfinished begins again, deaths of workers are counted, rows and dead letters are written
 * again where the database lost them, and folders that the journal does not know (a kill between payload and journal, or a job that is forgotten) go.
 */
export async function recoverJobs(ports: RecoveryPorts): Promise<Recovered> {
  const { spool, journal, rows, letters, letterRows } = ports
  const records = new Map(journal.records.map((record) => [record.id, record]))
  const stored = await rows.all()
  let deaths = 0
  for (const record of records.values()) {
    if (hasEnded(record.state)) continue
    const { begun, died } = await begunAgain(record, stored.get(record.id), ports)
    if (died) deaths += 1
    records.set(record.id, begun)
  }
  const found: FoundLetter[] = []
  const kept: JobRecord[] = []
  for (const id of await spool.jobs()) {
    const record = records.get(id)
    found.push(...(await tidy(id, record, { spool, letters })))
    if (record?.hasPayload === true && record.finishedAt !== null) kept.push(record)
  }
  kept.sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0))
  const changed = Array.from(records.values()).filter((record) => stored.get(record.id) !== JSON.stringify(record))
  await rows.save(changed)
  await rows.remove(Array.from(stored.keys()).filter((id) => !records.has(id)))
  await listLetters(found, { letters, letterRows })
  return { unfinished: Array.from(records.values()).filter(({ state }) => !hasEnded(state)), kept, deaths }
}

/** Letters never change, so their ids say which rows are missing and which are too many. */
async function listLetters(
  found: readonly FoundLetter[],
  { letters, letterRows }: Pick<RecoveryPorts, 'letters' | 'letterRows'>,
): Promise<void> {
  const listed = await letterRows.ids()
  const there = new Set(found.map(({ id }) => id))
  await letterRows.remove(Array.from(listed.difference(there), (id) => ({ id })))
  const missing: StoredLetter[] = []
  for (const each of found) if (!listed.has(each.id)) missing.push(await letters.load(each))
  await letterRows.add(missing)
}

/** Rows know more of a job than the journal (attempts, a back-off), where they survived. */
async function begunAgain(
  journalled: JobRecord,
  row: string | undefined,
  ports: RecoveryPorts,
): Promise<{ readonly begun: JobRecord; readonly died: boolean }> {
  const { spool, warn } = ports
  const known = row === undefined ? journalled : (JSON.parse(row) as JobRecord)
  const record: JobRecord = { ...(hasEnded(known.state) ? journalled : known), state: 'queued', finishedAt: null }
  if (!(await spool.hasPayload(record.id))) return { begun: await withoutPayload(record, ports), died: false }
  const folder = spool.folder(record.id)
  const note = await readNote(folder)
  if (!note.isRunning) return { begun: { ...record, workerDeaths: note.deaths }, died: false }
  const after = afterDeath(note)
  // A full disk must not keep the service from starting; the death is then counted at the next start.
  await writeNote(folder, after).catch((error: unknown) => {
    warn(`The death of a worker at job ${record.id} could not be noted: ${String(error)}`)
  })
  return { begun: { ...record, workerDeaths: after.deaths, attempts: Math.max(record.attempts, after.deaths) }, died: true }
}

async function withoutPayload(record: JobRecord, { journal, spool, warn, wall }: RecoveryPorts): Promise<JobRecord> {
  const folder = spool.folder(record.id)
  warn(`The payload of job ${record.id} is gone from ${folder}; the job has failed`)
  const error = { code: 'state_damaged', message: 'The payload of the job is gone from the data directory' } as const
  const failed: JobRecord = { ...record, state: 'failed', error, finishedAt: wall(), hasPayload: false, notBefore: null }
  await journal.ended(failed).catch((late: unknown) => {
    warn(`That job ${record.id} has failed could not be written down: ${String(late)}`)
  })
  return failed
}

/** Leaves of a folder what its job still needs, and resolves to its dead letters. */
async function tidy(
  id: JobId,
  record: JobRecord | undefined,
  { spool, letters }: Pick<RecoveryPorts, 'spool' | 'letters'>,
): Promise<readonly FoundLetter[]> {
  const isUnfinished = record !== undefined && !hasEnded(record.state)
  if (isUnfinished) {
    await letters.clear(id)
    return []
  }
  const found = await letters.list(id)
  if (found.length === 0) await letters.clear(id)
  if (record?.hasPayload !== true) await spool.drop(id)
  return found
}
