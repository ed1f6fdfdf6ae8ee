import type { Launcher } from './isolation.ts'
import { closing, startChild, type ParserChild } from './parser-child.ts'
import type { ParserSettings } from './parse-settings.ts'

/** Processes that wait for work. Once a few have been needed one more is kept warm, so that a death costs no start. */
export interface ChildStore {
  /** One that is ready; `fresh` for one that has had no document yet. Rejects `too_busy` where none can be started. */
  take(fresh?: boolean): Promise<ParserChild>
  /** Gives one back that lives; worn ones are ended. */
  giveBack(child: ParserChild): void
  /** One that was taken and has ended. */
  lost(child: ParserChild): void
  /** Ends all that wait, and those that are still at work. */
  close(): Promise<void>
}

/** A service that is asked for a handful of documents needs no process in reserve. */
const TAKES_BEFORE_SPARE = 2

export function createChildStore(settings: ParserSettings, launcher: Launcher): ChildStore {
  const alive = new Set<ParserChild>()
  const idle: ParserChild[] = []
  const starting = new Set<Promise<ParserChild>>()
  const closed = new AbortController()
  let [atWork, takes, hasSpare] = [0, 0, false]
  let idleTimer: NodeJS.Timeout | undefined

  const start = async (): Promise<ParserChild> => {
    const promised = startChild(settings, launcher, closed.signal)
    starting.add(promised)
    const child = await promised.finally(() => starting.delete(promised))
    alive.add(child)
    void child.gone.then(() => {
      alive.delete(child)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
    })
    return child
  }
  const keepSpare = (): void => {
    if (idle.length > 0 || hasSpare) return
    hasSpare = true
    // Where none can be started, whoever needs one next is told why.
    void start()
      .then(rest, () => undefined)
      .finally(() => (hasSpare = false))
  }
  const rest = (child: ParserChild): void => {
    child.hold(false)
    idle.push(child)
    if (atWork === 0) beginIdling()
  }
  const beginIdling = (): void => {
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => {
      for (const child of idle.splice(0)) child.end('stopped')
    }, settings.idleMs)
    idleTimer.unref()
  }
  /** Of those that wait some may have been killed meanwhile: a document that such a one was given would be blamed for it. */
  const takeIdle = (fresh: boolean): ParserChild | undefined => {
    for (;;) {
      const at = idle.findLastIndex((each) => !fresh || each.documents === 0)
      const [child] = at < 0 ? [] : idle.splice(at, 1)
      if (child === undefined || child.isAlive()) return child
      child.end('died')
    }
  }
  const finish = (): void => {
    atWork--
    if (atWork === 0) beginIdling()
  }
  return {
    async take(fresh = false) {
      if (closed.signal.aborted) throw closing()
      clearTimeout(idleTimer)
      atWork++
      try {
        const taken = takeIdle(fresh) ?? (await start())
        taken.hold(true)
        if (++takes > TAKES_BEFORE_SPARE) keepSpare()
        return taken
      } catch (error) {
        finish()
        throw error
      }
    },
    giveBack(child) {
      const isWorn = child.documents >= settings.childDocuments || child.hasGrown()
      if (isWorn || closed.signal.aborted) child.end('stopped')
      else rest(child)
      finish()
    },
    lost(child) {
      child.end('stopped')
      finish()
    },
    async close() {
      closed.abort()
      clearTimeout(idleTimer)
      for (const child of alive) {
        child.hold(true)
        child.end('stopped')
      }
      await Promise.allSettled([...starting, ...[...alive].map((child) => child.gone)])
    },
  }
}
