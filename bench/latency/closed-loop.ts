import type { Clock } from '../../src/core/ports/clock.ts'

/** The most a system answers in a second: `inFlight` callers who ask again as soon as they are answered. */
export async function saturationRate(
  run: (order: number) => Promise<unknown>,
  inFlight: number,
  seconds: number,
  clock: Clock,
): Promise<number> {
  const started = clock.now()
  const end = started + seconds * 1000
  let order = 0
  let answered = 0
  const caller = async () => {
    while (clock.now() < end) {
      await run(order++)
      answered += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return answered / ((clock.now() - started) / 1000)
}
