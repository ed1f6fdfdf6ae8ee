import type { DocumentId } from '../src/core/ids.ts'

/** Batches on their way: prepared side by side, since each waits for parsers, models and the disk in turn, and written in their order. */
export interface InFlight {
  /** Called off when one has failed in its turn: what is prepared behind it will not be written. */
  readonly signal: AbortSignal
  /** Resolves when there is room for a batch with these documents, and none of them stands in an earlier batch that is not written yet. */
  enter(ids: ReadonlySet<DocumentId>): Promise<void>
  /** `write` is called with what `prepare` gave when every batch before is written. */
  add<Prepared>(ids: ReadonlySet<DocumentId>, prepare: () => Promise<Prepared>, write: (prepared: Prepared) => Promise<void>): void
  /** Resolves when all are written; rejects with what failed first, after which none behind it is written. Nothing is being prepared any more then. */
  drain(): Promise<void>
}

/** At most `limit` batches; `enter` before every `add`. A rejection is told by the next `enter` or by `drain`. */
export function createInFlight(limit: number): InFlight {
  const line: { readonly ids: ReadonlySet<DocumentId>; readonly prepared: Promise<unknown>; readonly done: Promise<void> }[] = []
  const failed = new AbortController()
  const isWaitedFor = (ids: ReadonlySet<DocumentId>): boolean => line.some((batch) => !batch.ids.isDisjointFrom(ids))
  const first = async (): Promise<void> => {
    await line[0]?.done
    line.shift()
  }
  return {
    signal: failed.signal,
    async enter(ids) {
      while (line.length >= limit || isWaitedFor(ids)) await first()
    },
    add(ids, prepare, write) {
      const before = line.at(-1)?.done
      const prepared = prepare()
      const inTurn = async (): Promise<void> => {
        try {
          await before
          await write(await prepared)
        } catch (error) {
          failed.abort()
          throw error
        }
      }
      const done = inTurn()
      // Awaited later; until then a rejection is nobody's surprise.
      for (const each of [prepared, done]) each.catch(() => undefined)
      line.push({ ids, prepared, done })
    },
    async drain() {
      try {
        // The last one is done, or failed, after all before it.
        await line.at(-1)?.done
      } finally {
        await Promise.allSettled(line.splice(0).map(({ prepared }) => prepared))
      }
    },
  }
}
