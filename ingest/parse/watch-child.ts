import type { Clock } from '../../src/core/ports/clock.ts'
import type { ParserChild } from './parser-child.ts'
import type { ParserSettings } from './parse-settings.ts'

/** Looks at a child at work every `watch_ms` and ends it where it is over its memory or its time, or nobody waits for it. */
export interface Watch {
  /** The time of the next file begins. */
  restart(): void
  stop(): void
}

export function watchChild(child: ParserChild, settings: ParserSettings, clock: Clock, isWanted: () => boolean): Watch {
  let since = clock.now()
  const timer = setInterval(() => {
    if (!isWanted()) child.end('stopped')
    else if ((child.residentBytes() ?? 0) > settings.memoryBytes) child.end('memory')
    else if (clock.now() - since > settings.timeMs) child.end('time')
  }, settings.watchMs)
  return {
    restart: () => (since = clock.now()),
    stop: () => {
      clearInterval(timer)
    },
  }
}
