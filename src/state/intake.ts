import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { syncFolder, unlessAbsent, writeError } from './durable-file.ts'
import { formatLine, LINE_START, parseLine, type IntakeEntry } from './intake-line.ts'

export interface Mutation {
  readonly kind: string
  readonly payload: Json
}

/** Where a mutation is written before it is applied. Resolved = it survives a power cut. */
export interface Intake {
  append(mutation: Mutation): Promise<void>
  close(): Promise<void>
}

/** A Postgres server calls fsync itself. */
export const SERVER_INTAKE: Intake = { append: () => Promise.resolve(), close: () => Promise.resolve() }

export interface OpenedIntake extends Intake {
  /** What stood in the file when it was opened. */
  readonly entries: readonly IntakeEntry[]
  readonly bytes: number
  /** Bytes of the file as it is now. */
  size(): number
  /** Puts `mutations` in the place of everything in the file, atomically. */
  rewrite(mutations: readonly Mutation[]): Promise<void>
  /** The same with what `fold` makes of all that stands in the file, while nothing is appended. */
  compact(fold: (entries: readonly IntakeEntry[]) => readonly Mutation[]): Promise<void>
}

/**
 * Opens `<data>/intake.jsonl`, the fsynced journal of control mutations. PGlite never calls fsync, so what must survive a power cut
 * stands here and is replayed over the database at every start.
 *
 * A last line that was torn by a crash is cut off with a warning: it was never acknowledged. A damaged line before it, or a
 * missing one, rejects `state_damaged`: something else has written to the file, and guessing could bring a revoked key back.
 */
export async function openIntake(directory: string, warn: (message: string) => void): Promise<OpenedIntake> {
  const path = join(directory, 'intake.jsonl')
  const { entries, bytes, torn } = parseIntake(await contentOf(path), path)
  let file = await openSynced(path)
  if (torn > 0) {
    warn(`The last line of ${path} was torn by a crash; its ${torn} bytes, never acknowledged, were cut off`)
    await file.truncate(bytes)
    await file.sync()
  }
  let sequence = entries.at(-1)?.sequence ?? 0
  let size = bytes
  let usable = true
  let queue: Promise<unknown> = Promise.resolve()

  /** One at a time, in order. A write that failed is taken back, so that what follows does not continue a torn line. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }

  const replace = async (mutations: readonly Mutation[]): Promise<void> => {
    const draft = `${path}.new`
    const content = mutations.map((mutation, index) => formatLine({ sequence: index + 1, ...mutation })).join('')
    await rm(draft, { force: true })
    const replacement = await open(draft, 'wx', 0o600)
    try {
      await replacement.writeFile(content)
      await replacement.sync()
    } catch (error) {
      throw writeError(error)
    } finally {
      await replacement.close()
    }
    await rename(draft, path)
    // From here the open file has no name any more: what went into it would be lost.
    usable = false
    const old = file
    file = await openSynced(path)
    usable = true
    await old.close()
    sequence = mutations.length
    size = Buffer.byteLength(content)
  }

  return {
    entries,
    bytes,
    size: () => size,
    append: (mutation) =>
      inTurn(async () => {
        if (!usable) throw new AppError('state_unavailable', `${path} could not be repaired after a failed write; restart the service`)
        const line = Buffer.from(formatLine({ sequence: sequence + 1, ...mutation }))
        try {
          await file.appendFile(line)
          await file.datasync()
        } catch (error) {
          usable = await file.truncate(size).then(
            () => true,
            () => false,
          )
          throw writeError(error)
        }
        sequence += 1
        size += line.length
      }),
    rewrite: (mutations) => inTurn(() => replace(mutations)),
    compact: (fold) => inTurn(async () => replace(fold(parseIntake(await contentOf(path), path).entries))),
    close: () => inTurn(() => file.close()),
  }
}

/** Splits what a file holds into entries and the bytes of a torn end. */
export function parseIntake(content: Buffer, path: string): { entries: IntakeEntry[]; bytes: number; torn: number } {
  const entries: IntakeEntry[] = []
  let start = 0
  while (start < content.length) {
    const newline = content.indexOf('\n', start)
    const entry = newline === -1 ? null : parseLine(content.toString('utf8', start, newline))
    if (entry === null) {
      // A crash tears one line at most: a second beginning behind the tear means that a line break before it was lost.
      const isTorn = (newline === -1 || newline === content.length - 1) && !content.includes(LINE_START, start + 1)
      if (isTorn) break
      throw damaged(path, entries.length + 1, 'does not match its checksum')
    }
    const previous = entries.at(-1)
    if (previous !== undefined && entry.sequence !== previous.sequence + 1) {
      throw damaged(path, entries.length + 1, `has number ${entry.sequence} after ${previous.sequence}`)
    }
    entries.push(entry)
    start = newline + 1
  }
  return { entries, bytes: start, torn: content.length - start }
}

function damaged(path: string, line: number, what: string): AppError {
  return new AppError(
    'state_damaged',
    `Line ${line} of ${path} ${what}; restore the file from a copy, or move it away to start with what the database holds`,
    {
      path,
      line,
    },
  )
}

const contentOf = async (path: string): Promise<Buffer> => (await unlessAbsent(readFile(path))) ?? Buffer.alloc(0)

/** The name of a new file lives in its folder, which needs an fsync of its own. */
async function openSynced(path: string): Promise<FileHandle> {
  const file = await open(path, 'a', 0o600)
  await syncFolder(dirname(path))
  return file
}
