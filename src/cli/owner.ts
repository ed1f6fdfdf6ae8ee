import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import type { Api } from '../core/ports/command.ts'

/** A client of one owner. */
export interface OwnerClient extends Api {
  close(): Promise<void>
}

/** How the owner of a data directory is found, and how this process becomes it. */
export interface Ownership {
  /** Socket of the owner; null where nobody owns the directory. */
  find(): Promise<string | null>
  /** Becomes the owner and says where it answers. Rejects `data_locked` where somebody else was faster. */
  start(): Promise<string>
  connect(socketPath: string): OwnerClient
}

/** An owner that starts takes the lock first and listens last; a first start on a slow machine takes some seconds. */
const PATIENCE_MS = 30_000
const PROBE_EVERY_MS = 200
/** Asked again, these would do something again; every other request then only finds done what it asks for. */
const NOT_TWICE: ReadonlySet<string> = new Set(['POST /v1/keys'])

/**
 * The API of whoever owns the data directory. The owner may be another command that ends in the meantime: what it did not begin is
 * asked of its successor, which is this process where nobody else is. Rejects `not_ready` where nobody answers within half a minute.
 */
export async function openOwner(ownership: Ownership, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<OwnerClient> {
  let client = await reach(ownership, signal, patienceMs)

  async function request(...asked: Parameters<Api['request']>): Promise<unknown> {
    if (NOT_TWICE.has(`${asked[0]} ${asked[1]}`)) return once(...asked)
    try {
      return await client.request(...asked)
    } catch (error) {
      if (!isGone(error)) throw error
      await client.close()
      client = await reach(ownership, signal, patienceMs)
      return client.request(...asked)
    }
  }

  /** The owner is looked at first, since the request is not repeated: its answer may be all that was lost. */
  async function once(...asked: Parameters<Api['request']>): Promise<unknown> {
    await request('GET', '/livez')
    return client.request(...asked)
  }

  return {
    request,
    async *stream(...asked) {
      // What is streamed cannot be sent again, so the owner is looked at first.
      await request('GET', '/livez')
      yield* client.stream(...asked)
    },
    close: () => client.close(),
  }
}

async function reach(ownership: Ownership, signal: AbortSignal, patienceMs: number): Promise<OwnerClient> {
  for (let waited = 0; ; waited += PROBE_EVERY_MS) {
    try {
      return await probed(ownership.connect((await ownership.find()) ?? (await ownership.start())))
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'data_locked'
      if (!(isTaken || isGone(error)) || waited >= patienceMs) throw error
    }
    await pause(PROBE_EVERY_MS, undefined, { signal })
  }
}

async function probed(client: OwnerClient): Promise<OwnerClient> {
  try {
    await client.request('GET', '/livez')
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

/** Nobody listens (yet, or any more), or the owner takes nothing new: the request was not begun. */
function isGone(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_ready' || error.code === 'shutting_down')
}
