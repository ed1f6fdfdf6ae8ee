import { AppError } from '../../src/core/errors.ts'

/** Lets so many in at a time; the others wait in line. */
export interface Gate {
  /** Resolves, when there is room, with what gives the place back. Rejects `too_busy` where the line is full, `cancelled` with its signal. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createGate(places: number, line: number): Gate {
  const waiting: (() => void)[] = []
  let taken = 0
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) taken--
    else next()
  }
  return {
    async enter(signal) {
      if (taken < places) taken++
      else if (waiting.length >= line) throw new AppError('too_busy', `${line} archives wait to be unpacked`, { limit: line })
      else await new Promise<void>((resolve) => waiting.push(resolve))
      if (!signal.aborted) return leave
      leave()
      throw new AppError('cancelled', 'Nobody waits for this archive any more')
    },
  }
}
