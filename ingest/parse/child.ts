import process from 'node:process'
import { invariant } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { sendable, sentItem, type FromChild, type SentItem, type ToChild } from './child-messages.ts'
import { isUnread, type Unpacked } from '../unpack/unread.ts'
import type { ParserSettings } from './parse-settings.ts'
import { parseOne } from './parse-one.ts'

/** The child process: guard.ts was loaded before it. It ends with the service, whose end of the channel is then closed. */
process.on('disconnect', () => process.exit(0))
let settings: ParserSettings | null = null
let taken: (() => void) | null = null

process.on('message', (message: ToChild) => {
  if (message.type === 'start') {
    settings = message.settings
    send({ type: 'ready' })
  } else if (message.type === 'more') taken?.()
  else {
    invariant(settings !== null, 'the service starts a child before it gives it work')
    if (message.type === 'parse') void parseAll(message.jobs, settings)
    else void unpackAll(message.raw, settings)
  }
})

function send(message: FromChild): void {
  process.send?.(message)
}

async function parseAll(jobs: readonly { readonly raw: RawDocument; readonly hash: string }[], limits: ParserSettings): Promise<void> {
  for (const { raw, hash } of jobs) {
    try {
      send({ type: 'parsed', source: await parseOne(raw, hash, limits) })
    } catch (error) {
      send({ type: 'failed', error: sendable(error) })
    }
  }
}

async function unpackAll(raw: RawDocument, limits: ParserSettings): Promise<void> {
  try {
    const { unpack } = await import('../unpack/unpack.ts')
    const items = await unpack(raw, limits)
    if (items === null) {
      send({ type: 'single' })
      return
    }
    for await (const part of inParts(items)) {
      const next = new Promise<void>((resolve) => (taken = resolve))
      send({ type: 'part', items: part, isLast: false })
      await next
    }
    send({ type: 'part', items: [], isLast: true })
  } catch (error) {
    send({ type: 'failed', error: sendable(error) })
  }
}

/** What is sent at a time: a part is held twice while it travels. */
const PART_ITEMS = 256
const PART_BYTES = 1024 * 1024

async function* inParts(items: AsyncIterable<Unpacked>): AsyncGenerator<readonly SentItem[]> {
  let [part, bytes] = [[] as SentItem[], 0]
  for await (const item of items) {
    part.push(sentItem(item))
    bytes += isUnread(item) ? 0 : item.content.length
    if (part.length < PART_ITEMS && bytes < PART_BYTES) continue
    yield part
    part = []
    bytes = 0
  }
  if (part.length > 0) yield part
}
