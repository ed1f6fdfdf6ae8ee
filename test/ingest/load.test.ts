import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from '../../ingest/command/load.ts'
import type { Source } from '../../ingest/source/source.ts'
import type { Api } from '../../src/core/ports/command.ts'
import { raw } from './kit.ts'

test('a line that could not be read gets its name back, and a document that is called like one keeps its own', async () => {
  const source: Source = {
    count: () => Promise.resolve(3),
    async *items() {
      for (const id of ['line 3', 'b', 'c']) yield await Promise.resolve({ document: raw(id, 'text') })
    },
  }
  const api: Pick<Api, 'stream'> = {
    async *stream(_, lines) {
      let number = 0
      for await (const line of lines as AsyncIterable<{ readonly id: string }>) {
        const isRead = ++number < 3
        const error = isRead ? null : { code: 'invalid_document', message: 'half a line' }
        const id = isRead ? line.id : `line ${number}`
        yield { type: 'document', id, status: isRead ? 'new' : 'failed', chunks: 0, error, warnings: [] }
      }
      yield { type: 'report' }
    },
  }
  const told: string[] = []
  const ask = (documents: readonly unknown[]) => Promise.resolve(documents.map(() => 'new' as const))
  const events = { document: ({ id, status }: { readonly id: string; readonly status: string }) => void told.push(`${id} ${status}`) }
  await load(api as Api, { source, route: '/', ask }, events, new AbortController().signal)
  assert.deepEqual(told, ['line 3 new', 'b new', 'c failed'])
})
