import type { AppError } from '../../src/core/errors.ts'
import type { Launcher } from './isolation.ts'
import { startChild, type ParserChild } from './parser-child.ts'
import type { ParserSettings } from './parse-settings.ts'

/** Processes that wait for work. While any is at work one more is kept warm, so that a death costs no start. */
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

export function createChildStore(settings: ParserSettings, launcher: Launcher): ChildStore {
  const alive = new Set<ParserChild>()
  const idle: ParserChild[] = []
  let [atWork, isClosed] = [0, false]
  let spare: Promise<unknown> | null = null
  let idleTimer: NodeJS.Timeout | undefined

  const start = async (): Promise<ParserChild> => {
    const child = await startChild(settings, launcher)
    if (isClosed) child.end('stopped')
    alive.add(child)
    void child.gone.then(() => {
      alive.delete(child)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
    })
    return child
  }
  const keepSpare = (): void => {
    if (isClosed || idle.length > 0 || spare !== null) return
    const done = (): void => void (spare = null)
    spare = start().then(
      (child) => {
        done()
        rest(child)
      },
      // Whoever needs one next is told why there is none.
      (_: AppError) => done(),
    )
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
  const finish = (): void => {
    atWork--
    if (atWork === 0) beginIdling()
  }
  return {
    async take(fresh = false) {
      clearTimeout(idleTimer)
      atWork++
      try {
        const at = idle.findLastIndex((each) => !fresh || each.documents === 0)
        const child = at >= 0 ? idle.splice(at, 1)[0] : undefined
        const taken = child ?? (await start())
        taken.hold(true)
        keepSpare()
        return taken
      } catch (error) {
        finish()
        throw error
      }
    },
    giveBack(child) {
      const isWorn = child.documents >= settings.childDocuments || child.hasGrown()
      if (isWorn || isClosed) child.end('stopped')
      else rest(child)
      finish()
    },
    lost(child) {
      child.end('stopped')
      finish()
    },
    async close() {
      isClosed = true
      clearTimeout(idleTimer)
      for (const child of alive) {
        child.hold(true)
        child.end('stopped')
      }
      await spare
      await Promise.all([...alive].map((child) => child.gone))
    },
  }
}
