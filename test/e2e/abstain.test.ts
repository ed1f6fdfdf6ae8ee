import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { openComposed } from './composed.ts'

/** Calibration and abstaining, over the composed service. */

const TENANT = 'default' as TenantId
const DOCS = 'docs' as IndexName
const OWN = [
  'how do I rotate an API key?',
  'where are the keys of the service stored?',
  'how many megabytes may an upload have?',
  'when is a backup of the database made?',
  'who can read the audit log?',
]
const FOREIGN = 'which composer wrote the opera about the flying Dutchman?'

async function openDocs(...[t]: Parameters<typeof openComposed>) {
  const { app, service } = await openComposed(t, {
    'calibration.foreign_questions': 20,
    'calibration.made_questions': 10,
    'calibration.min_questions': 5,
  })
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload })
  const documents = [
    'Rotate an API key by making a second one, moving every caller to it, and revoking the first key.',
    'Keys of the service are stored in its database as hashes; the secret of a key is shown once and never again.',
    'An upload may have 50 megabytes at most. Larger files are refused before they are read.',
    'A backup of the database is made every night at two, and kept for thirty days in another region.',
    'The audit log can be read by administrators only. It names who changed what, and when.',
  ].map((content, at) => ({ id: `d${at}`, title: `Page ${at}`, content }))
  assert.equal((await post('/v1/indexes', { name: DOCS })).statusCode, 201)
  assert.equal((await post('/v1/documents', { index: DOCS, documents, wait: true })).statusCode, 200)
  const ask = async (query: string, more: object = {}) =>
    (await post('/v1/retrieve', { query, index: DOCS, budget: { tokens: 300 }, explain: true, ...more })).json<WireAnswer>()
  const calibrate = (questions: readonly string[], signal = new AbortController().signal) =>
    service.engine.calibrator.calibrate({ tenant: TENANT, index: DOCS, questions, lost: null }, () => undefined, {
      signal,
      deadline: performance.now() + 60_000,
    })
  return { ask, calibrate }
}

test('a calibrated index answers its own questions and abstains from others', async (t) => {
  const { ask, calibrate } = await openDocs(t)
  const before = await ask(FOREIGN)
  assert.notEqual(before.dropped[0]?.reason, 'abstained', 'nobody abstains uncalibrated')

  const calibration = await calibrate(OWN)
  assert.deepEqual([calibration.own.questions, calibration.own.made, calibration.own.abstain], [5, false, 0])
  assert.ok(calibration.foreign.abstain > 0.9, String(calibration.foreign.abstain))
  for (const question of OWN) assert.equal((await ask(question)).outcome, 'ok', question)

  const foreign = await ask(FOREIGN)
  assert.equal(foreign.outcome, 'no_relevant_context')
  assert.deepEqual([foreign.context, foreign.items, foreign.confidence], ['', [], 0])
  assert.ok(foreign.dropped.every(({ reason }) => reason === 'abstained'))
  assert.ok(foreign.hints.length > 0)
  const { probability, threshold } = foreign.explain?.relevance ?? { probability: 1, threshold: 0 }
  assert.ok(probability < threshold)
  assert.equal(threshold, calibration.threshold)
  assert.ok(foreign.receipt.calibration.endsWith(`@${threshold.toFixed(4)}`), foreign.receipt.calibration)

  const demanded = await ask(FOREIGN, { require: ['d2'] })
  assert.equal(demanded.outcome, 'ok')
  assert.deepEqual([...new Set(demanded.items.map(({ doc }) => doc))], ['d2'], 'and nothing else')
  assert.ok(demanded.dropped.some(({ reason }) => reason === 'abstained'))
  assert.ok(demanded.explain?.candidates.every(({ doc, fate }) => fate === (doc === 'd2' ? 'packed' : 'abstained')))
  assert.ok(demanded.next.every(({ adds }) => adds.length === 0))
})

test('without questions some are made out of the text; a caller who has gone changes nothing', async (t) => {
  const { ask, calibrate } = await openDocs(t)
  await assert.rejects(calibrate(OWN, AbortSignal.abort(new Error('gone'))))
  assert.equal((await ask(FOREIGN)).explain?.relevance.threshold, 0)
  const { own, threshold } = await calibrate([])
  assert.deepEqual(own, { questions: 5, made: true, abstain: 0 })
  assert.ok(threshold > 0 && threshold < 1)
})
