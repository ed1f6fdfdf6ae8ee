import type { RawDocument } from '../../src/core/types.ts'
import type { SourceFailure } from '../source/source.ts'
import type { AskedItem } from './known.ts'

/** The service reads ahead of its answers by less than this many lines. */
const REMEMBERED_LINES = 20_000

/** What happens on this side while documents are sent. */
export interface SendingEvents {
  failed(failure: SourceFailure): void
  unchanged(id: string): void
}

/** Documents of a source as lines for the service, and what is learnt on the way. */
export interface Sending {
  readonly lines: AsyncGenerator
  /** The id of a document that failed: a line that the service could not read it calls `line <n>`. */
  idOf(name: string): string
}

/** After the first line so many documents that need not be sent are a line without anything, or the service would take the client for dead. */
const SILENT_DOCUMENTS = 100

/** Sends what is new or has changed. Ends when the source does or when `signal` fires: what was sent by then is finished. */
export function createSending(items: AsyncIterable<AskedItem>, events: SendingEvents, signal: AbortSignal): Sending {
  let [count, silent] = [0, 0]
  const ids = new Map<number, string>()
  /** The number of the next line, whether it holds a document or nothing. */
  const next = (): number => {
    ids.delete(++count - REMEMBERED_LINES)
    return count
  }
  async function* lines(): AsyncGenerator {
    for await (const item of items) {
      if (signal.aborted) return
      if ('failure' in item) events.failed(item.failure)
      else if (item.status === 'unchanged') events.unchanged(item.document.id)
      else {
        silent = 0
        ids.set(next(), item.document.id)
        yield toWire(item.document)
        continue
      }
      if (count === 0 || ++silent % SILENT_DOCUMENTS > 0) continue
      next()
      yield undefined
    }
  }
  return {
    lines: lines(),
    idOf: (name) => ids.get(Number(/^line (\d+)$/u.exec(name)?.[1])) ?? name,
  }
}

function toWire({ id, title, uri, mediaType, content, metadata }: RawDocument) {
  const sent = typeof content === 'string' ? { content } : { content_base64: base64(content) }
  return { id, title, uri, media_type: mediaType, ...sent, metadata }
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('base64')
