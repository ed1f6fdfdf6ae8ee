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
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', cancel)
        resolve()
      }
      const cancel = (): void => {
        waiting.splice(waiting.indexOf(begin), 1)
        reject(new AppError('cancelled', 'Nobody waits for this archive any more'))
      }
      waiting.push(begin)
      signal.addEventListener('abort', cancel, { once: true })
    })
  return {
    async enter(signal) {
      if (taken < places) taken++
      else if (waiting.length >= line) throw new AppError('too_busy', `${line} archives wait to be unpacked`, { limit: line })
      else await turn(signal)
      return leave
    },
  }
}
