import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ERROR_CODES } from '../../src/core/errors.ts'
import { openApp } from './fixture.ts'

const BOUNDARY = 'b0undary'
const part = (disposition: string, value: string) => `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`
const WHOLE = Buffer.from(
  [
    part('name="index"', 'default'),
    part('name="metadata"', '{"a":1}'),
    part('name="file"; filename="a.md"', '# A\r\n\r\n--b0und'),
    part('name="file"; filename="b.md"', 'B'.repeat(400)),
    `--${BOUNDARY}--\r\n`,
  ].join(''),
)

const place = fc.nat({ max: WHOLE.length - 1 })
/** One way to damage a body: a byte changed, a stretch taken out, doubled or put elsewhere. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: place, byte: fc.nat({ max: 255 }) }),
  fc.record({
    kind: fc.constantFrom('cut' as const, 'double' as const, 'end' as const),
    at: place,
    length: fc.integer({ min: 1, max: 80 }),
  }),
)

function damaged(body: Buffer, change: typeof damage extends fc.Arbitrary<infer Change> ? Change : never): Buffer {
  const at = Math.min(change.at, body.length)
  if (change.kind === 'byte') return Buffer.concat([body.subarray(0, at), Buffer.from([change.byte]), body.subarray(at + 1)])
  const [before, middle, after] = [body.subarray(0, at), body.subarray(at, at + change.length), body.subarray(at + change.length)]
  if (change.kind === 'cut') return Buffer.concat([before, after])
  return change.kind === 'double' ? Buffer.concat([before, middle, middle, after]) : before
}

test('a damaged upload is taken or refused, and never a bug or a wait', { timeout: 60_000 }, async (t) => {
  const { app, lines, jobs } = await openApp(t, { settings: { batchIdleMs: 5000 } })
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 0, maxLength: 4 }), async (changes) => {
      const payload = changes.reduce(damaged, WHOLE)
      const accepted = jobs.jobs.length
      const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
      const response = await app.inject({ method: 'POST', url: '/v1/documents', payload, headers })
      statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
      assert.ok(response.statusCode === 202 || response.statusCode < 500, response.body)
      assert.equal(jobs.jobs.length - accepted, response.statusCode === 202 ? 1 : 0)
      if (response.statusCode !== 202) assert.ok(response.json<{ code: string }>().code in ERROR_CODES, response.body)
    }),
    { numRuns: 1500 },
  )
  t.diagnostic(JSON.stringify(Object.fromEntries(statuses)))
  assert.ok(!lines.some(({ level }) => level === 'error'))
})
