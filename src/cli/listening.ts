import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import type { Api } from '../core/ports/command.ts'

/** An owner that starts takes the lock first and listens last; a first start on a slow machine takes some seconds. */
const PATIENCE_MS = 30_000
const PROBE_EVERY_MS = 200

/** Resolves when the owner of the data directory answers; rejects `not_ready` where it does not within half a minute. */
export async function untilListening(api: Api, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<void> {
  for (let waited = 0; ; waited += PROBE_EVERY_MS) {
    try {
      await api.request('GET', '/livez')
      return
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_ready' || waited >= patienceMs) throw error
      await pause(PROBE_EVERY_MS, undefined, { signal })
    }
  }
}
