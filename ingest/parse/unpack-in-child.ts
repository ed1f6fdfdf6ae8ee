import { AppError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { RawDocument } from '../../src/core/types.ts'
import type { Unpacked } from '../unpack/unread.ts'
import { received, receivedItem } from './child-messages.ts'
import { endingError } from './endings.ts'
import type { PoolParts } from './parse-batch.ts'
import { watchChild } from './watch-child.ts'

/**
 * The documents inside one, part by part: the child goes on when a part was taken. What ends the whole is the last item, under the id of the archive;
 * what was called off rejects.
 */
export async function* unpackInChild(raw: RawDocument, limits: Limits, { store, settings, clock }: PoolParts): AsyncGenerator<Unpacked> {
  const child = await store.take()
  const isWanted = (): boolean => calledOff(limits, clock) === null
  const answer = async () => {
    const watch = watchChild(child, settings, clock, isWanted)
    try {
      return await child.next()
    } finally {
      watch.stop()
    }
  }
  child.documents++
  child.send({ type: 'unpack', raw })
  let isFree = false
  try {
    while (!isFree) {
      const message = await answer()
      if (message.type === 'ended') {
        const error = calledOff(limits, clock) ?? endingError(message.ending, message.trace, settings)
        if (message.ending === 'stopped') throw error
        yield { id: raw.id, error }
        return
      }
      isFree = message.type !== 'part' || message.isLast
      if (message.type === 'part') {
        yield* message.items.map(receivedItem)
        if (!isFree) child.send({ type: 'more' })
      } else if (message.type === 'single') yield raw
      else if (message.type === 'failed') yield { id: raw.id, error: received(message.error) }
    }
  } finally {
    if (isFree) store.giveBack(child)
    else store.lost(child)
  }
}

/** Why nobody waits any more; null where somebody does. */
function calledOff(limits: Limits, clock: Clock): AppError | null {
  if (limits.signal.aborted) return new AppError('cancelled', 'Nobody waits for this archive any more')
  return clock.now() < limits.deadline ? null : new AppError('deadline_exceeded', 'The deadline passed before the archive was read')
}
