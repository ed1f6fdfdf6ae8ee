import type { RawDocument } from '../../src/core/types.ts'
import type { Source, SourceFailure } from '../source/source.ts'

/** The service reads ahead of its answers by less than this many lines. */
const REMEMBERED_LINES = 20_000

/** Documents of a source as lines for the service, and what is learnt on the way. */
export interface Sending {
  readonly lines: AsyncIterable<unknown>
  /** The id of the document in a line that the service could not read and calls `line <n>`. */
  idOf(name: string): string
}

/** Ends when the source does or when `signal` fires: what was sent by then is finished. */
export function createSending(source: Source, failed: (failure: SourceFailure) => void, signal: AbortSignal): Sending {
  let count = 0
  const ids = new Map<number, string>()
  async function* lines(): AsyncGenerator {
    for await (const item of source.items()) {
      if (signal.aborted) return
      if ('failure' in item) {
        failed(item.failure)
        continue
      }
      ids.set(++count, item.document.id)
      ids.delete(count - REMEMBERED_LINES)
      yield toWire(item.document)
    }
  }
  return {
    lines: lines(),
    idOf: (name) => ids.get(Number(/^line (\d+)$/u.exec(name)?.[1])) ?? name,
  }
}

function toWire({ id, title, uri, mediaType, content, metadata }: RawDocument) {
  return { id, title, uri, media_type: mediaType, content, metadata }
}
