import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collect, from, never, openSocket } from './socket-fixture.ts'

const PATH = '/v1/indexes/docs/calibrate'

async function openDocs(...options: Parameters<typeof openSocket>) {
  const opened = await openSocket(...options)
  await opened.api.request('POST', '/v1/indexes', { name: 'docs' })
  return opened
}

test('a calibration is answered question by question, and stays with the index', async (t) => {
  const { api } = await openDocs(t)
  const answers = await collect(api.stream(`${PATH}?lost=0.1`, from([{ text: 'one' }, { text: ' two ' }]), never))
  assert.deepEqual(answers.slice(0, 2), [
    { type: 'asked', asked: 1, questions: 2 },
    { type: 'asked', asked: 2, questions: 2 },
  ])
  const [calibration] = answers.slice(2)
  assert.deepEqual([calibration?.['type'], calibration?.['threshold']], ['calibration', 0.1])
  const index = (await api.request('GET', '/v1/indexes/docs')) as { readonly calibration: unknown }
  assert.deepEqual({ type: 'calibration', ...(index.calibration as object) }, calibration)
})

test('what cannot be read is refused before anything is asked', async (t) => {
  const { api } = await openDocs(t, { settings: { calibrationQuestions: 2, queryCharacters: 10 } })
  for (const lines of [[{ text: '' }], [{ text: 'x'.repeat(11) }], [{ question: 'x' }], [{ text: 'a' }, { text: 'b' }, { text: 'c' }]]) {
    await assert.rejects(collect(api.stream(PATH, from(lines), never)), { code: 'invalid_request' })
  }
  for (const lost of ['0.6', '-1', 'x']) {
    await assert.rejects(collect(api.stream(`${PATH}?lost=${lost}`, from([]), never)), { code: 'invalid_request' })
  }
  await assert.rejects(collect(api.stream('/v1/indexes/none/calibrate', from([]), never)), { code: 'index_not_found' })
})

test('what fails on the way is the last line, and the index is as it was', async (t) => {
  const { api, lines } = await openDocs(t)
  await assert.rejects(collect(api.stream(PATH, from([{ text: 'bad' }]), never)), { code: 'deadline_exceeded' })
  assert.equal(((await api.request('GET', '/v1/indexes/docs')) as { readonly calibration: unknown }).calibration, null)
  assert.ok(lines.some(({ fields }) => fields['code'] === 'deadline_exceeded'))
})
