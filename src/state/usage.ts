import type { Clock } from '../core/ports/clock.ts'
import type { UsageLedger, UsageRow } from '../core/ports/usage-ledger.ts'
import { reach } from './database-error.ts'
import type { Database } from './schema.ts'
import { deleteUsageBefore, insertUsage } from './usage-rows.ts'
import { meanUsage, sumUsage } from './usage-sums.ts'
import { within } from './within.ts'

export interface UsageSettings {
  readonly flushMs: number
  readonly bufferRows: number
  readonly batchRows: number
  readonly sumGroups: number
  readonly keepDays: number
}

const DAY_MS = 86_400_000

/**
 * The usage ledger in the control database. Rows wait in memory for `flushMs` or until `batchRows` are there; a database that
 * fails keeps them waiting, up to `bufferRows`, and every flush tries again. `close` writes what waits, stops the timers and
 * counts what could not be written as lost.
 */
export function createUsageLedger(
  settings: UsageSettings,
  { database, clock, warn }: { readonly database: Database; readonly clock: Clock; readonly warn: (message: string) => void },
): UsageLedger & { close(): Promise<void> } {
  const waiting: UsageRow[] = []
  let lost = 0
  let failing = false
  let closed = false
  let timer: NodeJS.Timeout | null = null
  let queue: Promise<unknown> = Promise.resolve()

  /** Writes happen one at a time, so that a row is never in two statements. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }

  const drain = () =>
    inTurn(async () => {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, settings.batchRows)
        const refused = await reach(insertUsage(database, batch))
        waiting.splice(0, batch.length)
        lost += refused
        if (refused > 0) warn(`The control database refused ${refused} rows of usage; they are counted as lost`)
      }
      failing = false
    })

  /** Says once that the database fails, not at every try. */
  const noteFailure = (what: string) => (error: unknown) => {
    if (!failing) warn(`${what}: ${String(error)}`)
    failing = true
  }

  const drainLater = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = null
      void drain()
        .catch(noteFailure('Usage could not be written and waits'))
        .finally(() => waiting.length > 0 && !closed && drainLater(settings.flushMs))
    }, ms).unref()
  }

  const stopTimer = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  const expire = () => {
    const before = new Date(clock.wall() - settings.keepDays * DAY_MS)
    void inTurn(() => deleteUsageBefore(database, before)).catch(noteFailure('Old usage could not be deleted'))
  }
  expire()
  const daily = setInterval(expire, DAY_MS).unref()

  return {
    get lost() {
      return lost
    },

    record(row) {
      if (closed || waiting.length >= settings.bufferRows) {
        lost += 1
        return
      }
      waiting.push(row)
      if (waiting.length === settings.batchRows) stopTimer()
      drainLater(waiting.length === settings.batchRows ? 0 : settings.flushMs)
    },

    flush: (limits) => within(limits, clock, drain),
    sum: (query, limits) => within(limits, clock, () => reach(sumUsage(database, query, settings.sumGroups))),
    diff: (tenant, before, after, limits) =>
      within(limits, clock, async () => ({
        before: await reach(meanUsage(database, tenant, before, settings.sumGroups)),
        after: await reach(meanUsage(database, tenant, after, settings.sumGroups)),
      })),

    async close() {
      if (closed) return
      closed = true
      clearInterval(daily)
      stopTimer()
      await drain().catch((error: unknown) => {
        lost += waiting.length
        warn(`${waiting.length} rows of usage could not be written at the end: ${String(error)}`)
        waiting.length = 0
      })
    },
  }
}
