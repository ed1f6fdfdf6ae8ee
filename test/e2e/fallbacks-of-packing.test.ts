import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import { DOCS, REQUEST, TENANT, call, limits, openFilled, post, retrieverWith, statusOf } from './changed-parts.ts'

/** What is promised where a part fails behind the ranking, over the composed service. */

const ASKED = { ...REQUEST, mode: 'quick', require: ['far' as DocumentId] } as const
const TROUBLE = [
  ['deadline_exceeded', 'timeout'],
  ['too_busy', 'failed'],
] as const

/** Few candidates, so that a required document is not among them and passages have neighbours that are none. */
async function openLong(t: TestContext) {
  const opened = await openFilled(t, { 'retrieve.candidates': 4 })
  const long = Array.from({ length: 80 }, (_, at) => `To rotate an API key of service ${at} make a second one in room ${at * 7}.`)
  const documents = [
    { id: 'long', content: `# Long\n\n${long.join(' ')}` },
    { id: 'far', content: 'Bananas are yellow.' },
  ]
  assert.equal((await post(opened.app, '/v1/documents', { index: DOCS, documents, wait: true })).statusCode, 200)
  return opened
}

test('without neighbours, citations or required documents there is an answer all the same, and it says so', async (t) => {
  const opened = await openLong(t)
  const pinned = await opened.service.engine.indexes.pin(TENANT, DOCS, limits())
  const whole = await retrieverWith(opened, {}).retrieve(ASKED, call())
  assert.deepEqual([whole.degraded, whole.items.some(({ doc }) => doc === 'far')], [false, true])
  const failures: readonly (readonly [string, (fail: () => Promise<never>) => Partial<IndexReader>])[] = [
    ['neighbours', (chunks) => ({ chunks })],
    ['cite', (places) => ({ places })],
    // Searches within documents are those of this stage: the index is too small for others.
    ['require', (fail) => ({ lexical: (...asked) => (asked[3] === null ? pinned.lexical(...asked) : fail()) })],
  ]
  for (const [stage, readerOf] of failures) {
    for (const [code, status] of TROUBLE) {
      const reader = readerOf(() => Promise.reject(new AppError(code, code)))
      const answer = await retrieverWith(opened, { reader }).retrieve(ASKED, call())
      assert.deepEqual([answer.outcome, answer.degraded, statusOf(answer, stage)], ['ok', true, `${status} ${code}`])
      assert.equal(
        answer.items.some(({ doc }) => doc === 'far'),
        stage !== 'require',
      )
      assert.ok(answer.usage.contextTokens <= ASKED.budget.tokens)
    }
    const broken = retrieverWith(opened, { reader: readerOf(() => Promise.reject(new Error('a bug'))) })
    await assert.rejects(broken.retrieve(ASKED, call()), { message: 'a bug' })
  }
  pinned.release()
})

test('a session store that does not answer costs the memory, and says so', async (t) => {
  const opened = await openFilled(t)
  const session = { name: 's', tokens: 500, repeat: false, refresh: false }
  const gone = () => Promise.reject(new AppError('state_unavailable', 'The control database does not answer'))
  for (const [sessions, said] of [
    [{ open: gone }, 'session'],
    [{ record: gone }, 'remember'],
  ] as const) {
    const answer = await retrieverWith(opened, { sessions }).retrieve({ ...REQUEST, mode: 'quick', session }, call())
    assert.deepEqual([answer.outcome, answer.degraded, statusOf(answer, said)], ['ok', true, 'failed session_unavailable'])
    if (said === 'remember') assert.equal(answer.session, null)
  }
  const bug = { open: () => Promise.reject(new Error('a bug')) }
  await assert.rejects(retrieverWith(opened, { sessions: bug }).retrieve({ ...REQUEST, session }, call()), { message: 'a bug' })
})
