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

export interface OpenLoopSettings {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly mostInFlight?: number
  /** Resolves about `milliseconds` later on the clock. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/**
 * Requests start at their times, whether the ones before are answered or not, so that a slow answer cannot hide the slowness
 * of those behind it (no coordinated omission). Timers fire up to a millisecond off; late counts, for every system alike, and early
 * counts from the actual start.
 */
export async function openLoop(
  run: (order: number) => Promise<unknown>,
  times: readonly number[],
  { clock, signal, mostInFlight = MOST_IN_FLIGHT, wait = sleepFor }: OpenLoopSettings,
): Promise<OpenLoopRound> {
  const started = clock.now()
  const latencies: number[] = []
  const pending = new Set<Promise<void>>()
  const failures: unknown[] = []
  let refused = 0
  for (const [order, time] of times.entries()) {
    const intended = started + time
    if (clock.now() < intended) await wait(intended - clock.now(), signal)
    if (failures.length > 0) break
    if (pending.size >= mostInFlight) {
      refused += 1
      continue
    }
    const from = Math.min(intended, clock.now())
    const answered: Promise<void> = run(order)
      .then(
        () => void (latencies[order] = clock.now() - from),
        (failure: unknown) => void failures.push(failure),
      )
      .finally(() => pending.delete(answered))
    pending.add(answered)
  }
  await Promise.all(pending)
  if (failures.length > 0) throw failures[0]
  return { latencies: latencies.filter((latency) => Number.isFinite(latency)), refused }
}

const sleepFor = (milliseconds: number, signal: AbortSignal): Promise<void> => sleep(milliseconds, undefined, { signal })
