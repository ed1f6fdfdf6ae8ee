import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/core/ports/clock.ts'

export interface OpenLoopRound {
  /** Milliseconds from the intended start to the answer, in order of arrival; waiting for its turn is part of a request's time. */
  readonly latencies: readonly number[]
  /** Arrivals that found `mostInFlight` others waiting: the rate was too high to measure. */
  readonly refused: number
}

/** Nobody waits for more than this many answers at once; beyond it the system does not keep up. */
export const MOST_IN_FLIGHT = 1000

/**
 * Requests start at their times, whether the ones before are answered or not, so that a slow answer cannot hide the slowness
 * of those behind it (no coordinated omission). Timers fire up to a millisecond late; that counts, for every system alike.
 */
export async function openLoop(
  run: (order: number) => Promise<unknown>,
  times: readonly number[],
  clock: Clock,
  signal: AbortSignal,
  mostInFlight = MOST_IN_FLIGHT,
): Promise<OpenLoopRound> {
  const started = clock.now()
  const latencies: number[] = []
  const pending = new Set<Promise<void>>()
  const failures: unknown[] = []
  let refused = 0
  for (const [order, time] of times.entries()) {
    const wait = started + time - clock.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    if (failures.length > 0) break
    if (pending.size >= mostInFlight) {
      refused += 1
      continue
    }
    const answered: Promise<void> = run(order)
      .then(
        () => void (latencies[order] = clock.now() - (started + time)),
        (failure: unknown) => void failures.push(failure),
      )
      .finally(() => pending.delete(answered))
    pending.add(answered)
  }
  await Promise.all(pending)
  if (failures.length > 0) throw failures[0]
  return { latencies: latencies.filter((latency) => Number.isFinite(latency)), refused }
}
