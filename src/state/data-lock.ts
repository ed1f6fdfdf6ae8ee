import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { hasCode, isFullDisk } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import { processIdentity } from './process-identity.ts'

/** The process that owns a data directory. */
export interface DataOwner {
  readonly pid: number
  /** Tells the owner from a later process of the same id. */
  readonly identity: string
  /** Where it answers. */
  readonly socket: string
}

export interface DataLock {
  /** Gives the directory free. Synchronous, so that an exit handler can call it; more than once is harmless. */
  release(): void
}

/** A takeover is lost to another process at most this often before we say that it is theirs. */
const ATTEMPTS = 20
const PROBE_MS = 500
const LOCK_FILE = /^owner\.(\d{1,15})\.lock$/

/*
 * The lock is the file `owner.<generation>.lock` with the highest generation; an empty or unreadable one is free. Two processes
 * that both find a stale lock must not both win, and a file that is removed or renamed can always be a file that somebody else has
 * just made. So no lock file ever gives way to another of its own name:
 *
 * - a taker links a complete file to the next generation; the kernel lets one of them win;
 * - only the holder of a higher generation removes lower ones, so the highest generation never falls;
 * - a taker that was so slow that its generation had been and gone sees a higher one afterwards and steps back.
 */

/**
 * Makes this process the only owner of `directory`, which is created where it is missing. A lock whose process is gone (or whose id
 * now belongs to another) is taken over. Rejects `data_locked` with the pid and socket of a live owner, `invalid_config` where the directory
 * cannot be made or written to.
 */
export async function acquireDataLock(directory: string, { socketPath }: { readonly socketPath: string }): Promise<DataLock> {
  makeDurably(resolve(directory))
  const identity = processIdentity(process.pid)
  const content = JSON.stringify({ pid: process.pid, identity, socket: socketPath })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const generation = highest(directory)
    const owner = await liveOwner(directory, generation)
    if (owner !== null) throw locked(directory, owner)
    if (!claim(directory, generation + 1, content)) continue
    if (highest(directory) > generation + 1) {
      rmSync(lockFile(directory, generation + 1), { force: true })
      continue
    }
    for (const lower of generations(directory)) if (lower <= generation) rmSync(lockFile(directory, lower), { force: true })
    return { release: once(() => free(lockFile(directory, generation + 1))) }
  }
  throw new AppError('data_locked', `Other processes keep taking the data directory ${directory}`, { directory })
}

/**
 * Makes a folder whose name, and those of the folders above it that it made, a power cut does not take. Folder by folder: Node's own
 * recursion never ends where the kernel makes no folder in one that is there (`/proc`, an automount).
 */
function makeDurably(directory: string, isLastAttempt = false): void {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    if (!hasCode(error, 'ENOENT') || isLastAttempt) throw unusable(directory, error)
    makeDurably(dirname(directory))
    makeDurably(directory, true)
    return
  }
  syncFolderNow(dirname(directory))
}

function syncFolderNow(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** The live owner of `directory`, for a client that wants to talk to it; null where nobody owns it. */
export async function readDataLock(directory: string): Promise<DataOwner | null> {
  return liveOwner(directory, highest(directory))
}

const lockFile = (directory: string, generation: number): string => join(directory, `owner.${generation}.lock`)

function generations(directory: string): number[] {
  try {
    return readdirSync(directory).flatMap((name) => {
      const match = LOCK_FILE.exec(name)
      return match === null ? [] : [Number(match[1])]
    })
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []
    throw error
  }
}

const highest = (directory: string): number => Math.max(0, ...generations(directory))

/** Whole or not at all: the file is written under another name first. False where somebody else has this generation. */
function claim(directory: string, generation: number, content: string): boolean {
  const draft = join(directory, `owner.${randomBytes(8).toString('hex')}.draft`)
  try {
    writeFileSync(draft, content, { flag: 'wx', mode: 0o600 })
    linkSync(draft, lockFile(directory, generation))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw unusable(directory, error)
  } finally {
    rmSync(draft, { force: true })
  }
}

function unusable(directory: string, cause: unknown): Error {
  if (isFullDisk(cause)) {
    return new AppError('storage_full', 'The disk is full: there is no room for the lock of the data directory', { directory }, { cause })
  }
  return new AppError('invalid_config', `The data directory cannot be used: ${(cause as Error).message}`, { directory }, { cause })
}

async function liveOwner(directory: string, generation: number): Promise<DataOwner | null> {
  const owner = generation === 0 ? null : parse(lockFile(directory, generation))
  if (owner === null) return null
  // A container that shares the directory has process ids of its own: whoever answers at the socket is alive all the same.
  const alive = processIdentity(owner.pid) === owner.identity || (await answers(owner.socket))
  return alive ? owner : null
}

function parse(path: string): DataOwner | null {
  try {
    const { pid, identity, socket } = JSON.parse(readFileSync(path, 'utf8')) as Partial<DataOwner>
    if (!Number.isSafeInteger(pid) || typeof identity !== 'string' || typeof socket !== 'string') return null
    return { pid: pid as number, identity, socket }
  } catch {
    return null
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    const settle = (alive: boolean) => {
      connection.destroy()
      resolve(alive)
    }
    connection.setTimeout(PROBE_MS, () => settle(false))
    connection.once('connect', () => settle(true))
    connection.once('error', () => settle(false))
  })
}

function locked(directory: string, { pid, socket }: DataOwner): AppError {
  return new AppError('data_locked', `Process ${pid} owns the data directory ${directory} and answers at ${socket}`, {
    directory,
    pid,
    socket,
  })
}

/** An empty file is a free one. A directory that was deleted meanwhile needs no freeing. */
function free(path: string): void {
  if (existsSync(path)) truncateSync(path)
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    action()
  }
}
