import process from 'node:process'
import { invariant } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { sendable, type FromChild, type ToChild } from './child-messages.ts'
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
    const parts = await unpack(raw, limits)
    if (parts === null) {
      send({ type: 'single' })
      return
    }
    for await (const items of parts) {
      const next = new Promise<void>((resolve) => (taken = resolve))
      send({ type: 'part', items, isLast: false })
      await next
    }
    send({ type: 'part', items: [], isLast: true })
  } catch (error) {
    send({ type: 'failed', error: sendable(error) })
  }
}
