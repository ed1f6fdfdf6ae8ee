import { spawn, type ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import process from 'node:process'
import { AppError } from '../../src/core/errors.ts'
import type { FromChild, ToChild } from './child-messages.ts'
import { nodeArguments, PATH, type Launcher } from './isolation.ts'
import { createChildFolder } from './leftovers.ts'
import { lowerPriority } from './lower-priority.ts'
import type { ParserSettings } from './parse-settings.ts'
import { residentBytes } from './resident-memory.ts'

/** Why a child ended: a limit that its keeper enforces, called off, or by itself. */
export type Ending = 'memory' | 'time' | 'stopped' | 'died'

/** One process that parses, seen from the service. */
export interface ParserChild {
  /** Resolves with the next message, or with the way the child ended. */
  next(): Promise<FromChild | { readonly type: 'ended'; readonly ending: Ending; readonly trace: string }>
  send(message: ToChild): void
  /** Documents that it was given so far; counted by its keeper. */
  documents: number
  residentBytes(): number | null
  /** False as soon as the host has killed it, some time before it is `gone`. */
  isAlive(): boolean
  /** Whether it has grown so much since it was ready that it should be replaced. */
  hasGrown(): boolean
  /** Kills the process; `next` then says why. Its folder is removed. */
  end(ending: Ending): void
  /** Resolves when process and folder are gone. */
  readonly gone: Promise<void>
  /** Whether the service waits for it: a child that has nothing to do keeps no process alive. */
  hold(isHeld: boolean): void
}

const TRACE_CHARACTERS = 4000
const HEAP_FULL = /heap out of memory|Allocation failed|Array buffer allocation failed/u

/**
 * Starts a child and waits until it is ready. Rejects `too_busy` where the host has no room for it or it is not ready in time, `shutting_down` when the signal
 * says so.
 */
export async function startChild(settings: ParserSettings, launcher: Launcher, signal: AbortSignal): Promise<ParserChild> {
  const child = await launch(settings, launcher).catch((error: unknown) => {
    throw notStarted(String(error), settings)
  })
  const timer = setTimeout(() => {
    child.end('time')
  }, settings.startMs)
  const stop = (): void => {
    child.end('stopped')
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  child.send({ type: 'start', settings })
  const first = await child.next()
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  if (first.type === 'ready') return child
  child.end('died')
  await child.gone
  if (signal.aborted) throw closing()
  throw notStarted(first.type === 'ended' ? first.trace || first.ending : first.type, settings)
}

const notStarted = (why: string, { startMs }: ParserSettings): AppError =>
  new AppError('too_busy', `A process for parsing could not be started: ${why.slice(-300)}`, { limit_ms: startMs })

async function launch(settings: ParserSettings, launcher: Launcher): Promise<ParserChild> {
  const folder = await createChildFolder()
  const command = [...launcher.prefix, process.execPath, ...nodeArguments(folder, settings.memoryBytes, launcher.entry)]
  try {
    const spawned = spawn(command[0] ?? '', command.slice(1), {
      cwd: folder,
      env: { PATH, TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    return keep(spawned, folder, settings)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** What was asked of processes that are all being ended. */
export const closing = (): AppError => new AppError('shutting_down', 'The service is shutting down')

function keep(spawned: ChildProcess, folder: string, settings: ParserSettings): ParserChild {
  const waiting: FromChild[] = []
  let [trace, ending, grownFrom] = ['', null as Ending | null, 0]
  let isOver = false
  let wake: () => void = () => undefined
  spawned.stderr?.setEncoding('utf8').on('data', (text: string) => (trace = (trace + text).slice(-TRACE_CHARACTERS)))
  spawned.on('message', (message: FromChild) => {
    if (message.type === 'ready') {
      grownFrom = memory() ?? 0
      // Not before: somebody waits for the start.
      if (spawned.pid !== undefined) lowerPriority(spawned.pid, settings.nice)
    }
    waiting.push(message)
    wake()
  })
  const gone = new Promise<void>((resolve) => {
    const finish = (): void => {
      if (isOver) return
      isOver = true
      wake()
      void rm(folder, { recursive: true, force: true, maxRetries: 2 }).then(resolve, () => resolve())
    }
    spawned.on('error', (error) => {
      trace += error.message
      // A send to a process that has just gone is an error too; the end of the process is what counts.
      if (spawned.pid === undefined) finish()
    })
    spawned.on('close', finish)
  })
  const memory = () => (spawned.pid === undefined ? null : residentBytes(spawned.pid))
  return {
    gone,
    documents: 0,
    residentBytes: memory,
    // A process that was killed holds nothing any more, and stays a while for its keeper to be told.
    isAlive: () => spawned.connected && spawned.exitCode === null && spawned.signalCode === null && memory() !== 0,
    hasGrown: () => (memory() ?? 0) > grownFrom + settings.childGrowthBytes,
    send: (message) => {
      if (spawned.connected) spawned.send(message, () => undefined)
    },
    async next() {
      for (;;) {
        const message = waiting.shift()
        if (message !== undefined) return message
        if (isOver) return { type: 'ended', ending: ending ?? (HEAP_FULL.test(trace) ? 'memory' : 'died'), trace }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    end(reason) {
      ending ??= reason
      spawned.kill('SIGKILL')
    },
    hold(isHeld) {
      const change = isHeld ? 'ref' : 'unref'
      spawned[change]()
      spawned.channel?.[change]()
      const stderr = spawned.stderr as (NodeJS.ReadableStream & { ref?(): void; unref?(): void }) | null
      stderr?.[change]?.()
    },
  }
}
