import { AppError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import { received } from './child-messages.ts'
import type { ChildStore } from './child-store.ts'
import { endingError } from './endings.ts'
import type { ParseJob } from './parse-queue.ts'
import type { ParserSettings } from './parse-settings.ts'
import { watchChild } from './watch-child.ts'

export interface PoolParts {
  readonly store: ChildStore
  readonly settings: ParserSettings
  readonly clock: Clock
}

/**
 * Has a child parse a few documents and settles each when it is done. Resolves with those that have to be tried again because the child ended under
 * them: they are innocent, but for the first, which gets a new process of its own if this one had parsed others before. Rejects where no child starts.
 */
export async function parseBatch(batch: readonly ParseJob[], { store, settings, clock }: PoolParts): Promise<readonly ParseJob[]> {
  const child = await store.take(batch[0]?.alone)
  const isWanted = (): boolean => {
    for (const job of batch) if (!job.isSettled && clock.now() >= job.limits.deadline) job.reject(late())
    return batch.some((job) => !job.isSettled)
  }
  const before = child.documents
  const watch = watchChild(child, settings, clock, isWanted)
  child.documents += batch.length
  child.send({ type: 'parse', jobs: batch.map(({ raw, hash }) => ({ raw, hash })) })
  try {
    for (const [position, job] of batch.entries()) {
      const answer = await child.next()
      watch.restart()
      if (answer.type === 'parsed') job.resolve(answer.source)
      else if (answer.type === 'failed') job.reject(received(answer.error))
      else {
        store.lost(child)
        const ended = answer.type === 'ended' ? answer : { ending: 'died' as const, trace: `it said ${answer.type}` }
        const isFirst = before === 0 && position === 0
        const retry = !isFirst && (ended.ending === 'memory' || ended.ending === 'died')
        if (retry) job.alone = true
        else job.reject(endingError(ended.ending, ended.trace, settings))
        return batch.slice(retry ? position : position + 1).filter((each) => !each.isSettled)
      }
    }
  } finally {
    watch.stop()
  }
  store.giveBack(child)
  return []
}

const late = (): AppError => new AppError('deadline_exceeded', 'The deadline passed before the document was parsed')
