import { AppError } from '../core/errors.ts'

/** Passes chunks on; rejects `deadline_exceeded` when the next one takes longer than `idleMs`. Time in which nobody asks does not count. */
export async function* withIdleLimit<Chunk>(chunks: AsyncIterable<Chunk>, idleMs: number): AsyncGenerator<Chunk, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await inTime(iterator.next(), idleMs)
      if (next.done === true) return
      yield next.value
    }
  } finally {
    // Not awaited: after a timeout the pending read would hold it.
    void iterator.return?.()
  }
}

async function inTime<Value>(promise: Promise<Value>, idleMs: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new AppError('deadline_exceeded', `The client sent nothing for ${idleMs} ms`)), idleMs)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
