import { performance } from 'node:perf_hooks'

/** One Ctrl-C arrives twice where a parent process passes on what the terminal has already sent to both. */
const SAME_KEYSTROKE_MS = 250

interface SignalSource {
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** Fires at the first SIGINT or SIGTERM, so that the command can end in order; the second one calls `exit(130)`. */
export function createInterrupt(source: SignalSource, exit: (code: 130) => void, now: () => number = () => performance.now()): AbortSignal {
  const controller = new AbortController()
  let first: number | null = null
  const interrupt = (): void => {
    if (first === null) {
      first = now()
      controller.abort()
    } else if (now() - first > SAME_KEYSTROKE_MS) exit(130)
  }
  source.on('SIGINT', interrupt)
  source.on('SIGTERM', interrupt)
  return controller.signal
}
