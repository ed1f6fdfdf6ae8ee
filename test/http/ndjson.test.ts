import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readLines } from '../../src/http/ndjson.ts'

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    yield await Promise.resolve(bytes.subarray(at, at + size))
    at += size
  }
}

test('lines are the same however the bytes are cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '漢', ' ', '\r'), maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 20 }),
      async (lines, sizes, maxBytes) => {
        const text = lines.join('\n')
        const expected = text.split('\n').map((part, i) => [i + 1, Buffer.byteLength(part) > maxBytes ? null : part] as const)
        if (text === '' || text.endsWith('\n')) expected.pop()
        const read: (readonly [number, string | null])[] = []
        for await (const { number, bytes } of readLines(chunked(Buffer.from(text), sizes), maxBytes))
          read.push([number, bytes === null ? null : Buffer.from(bytes).toString()])
        assert.deepEqual(read, expected)
      },
    ),
  )
})
