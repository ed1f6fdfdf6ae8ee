/** What changed since somebody asked last. */
export type Changes = readonly string[] | 'too many'

/** Paths that changed, each once; beyond `limit` only the fact that it was too many. */
export interface ChangedPaths {
  add(path: string): void
  /** From now on everything counts as changed: something may have been missed. */
  missed(): void
  /** Resolves when something has changed and then nothing for `quietMs`, `latestMs` after the first change at the latest, or when `signal` fires. */
  settled(signal: AbortSignal): Promise<void>
  take(): Changes
}

export interface ChangeTimes {
  readonly limit: number
  readonly quietMs: number
  readonly latestMs: number
}

/** An editor saves in several steps within milliseconds; a checkout touches thousands of files within seconds. */
const CHANGES: ChangeTimes = { limit: 10_000, quietMs: 300, latestMs: 5000 }

export function createChangedPaths({ limit, quietMs, latestMs }: ChangeTimes = CHANGES): ChangedPaths {
  let paths = new Set<string>()
  let tooMany = false
  let [first, last] = [0, 0]
  let wake = (): void => undefined
  const touch = (): void => {
    last = performance.now()
    if (first === 0) first = last
    wake()
  }
  return {
    add(path) {
      if (!tooMany) paths.add(path)
      if (paths.size > limit) this.missed()
      touch()
    },
    missed() {
      tooMany = true
      paths.clear()
      touch()
    },
    async settled(signal) {
      while (!signal.aborted) {
        const now = performance.now()
        const due = first === 0 ? Infinity : Math.min(last + quietMs, first + latestMs)
        if (due <= now) return
        await new Promise<void>((resolve) => {
          const woken = (): void => {
            clearTimeout(timer)
            signal.removeEventListener('abort', woken)
            resolve()
          }
          const timer = due === Infinity ? undefined : setTimeout(woken, due - now)
          wake = due === Infinity ? woken : () => undefined
          signal.addEventListener('abort', woken, { once: true })
        })
      }
    },
    take() {
      const taken: Changes = tooMany ? 'too many' : [...paths].sort()
      paths = new Set()
      tooMany = false
      first = 0
      return taken
    },
  }
}
