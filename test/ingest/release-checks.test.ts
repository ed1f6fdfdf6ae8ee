import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateFailed } from '../../ingest/release/gate-failed.ts'
import { createReleases } from '../../ingest/release/releases.ts'
import type { AppError } from '../../src/core/errors.ts'
import { clock, forever, INGEST, indexName, raw, tenant } from './kit.ts'
import { asIs, each, gateOf, models, open, place, quiet, SETTINGS, v } from './releases-kit.ts'

test('what keeps a version back is named, all of it, and shortly in the message', () => {
  const check = (name: string, problems: readonly string[]) => ({ name, ok: problems.length === 0, checked: 9, problems })
  assert.equal(gateFailed(v(2), [check('counts', [])], null), null)
  const error = gateFailed(v(2), [check('counts', ['a', 'b', 'c']), check('ids', []), check('spans', ['d'])], null)
  assert.equal(error?.message, 'v2 stays unpublished: counts: a (and 2 more); spans: d')
  assert.deepEqual(error.details['failures'], ['counts: a', 'counts: b', 'counts: c', 'spans: d'])
})

test('a failing gate keeps a version unpublished, unless there is a reason, which is kept', async (context) => {
  const { indexes, releases, ingest, states } = await open(context, { gate: gateOf(['evidence recall is 0.500']) })
  await ingest(['alpha'])
  await assert.rejects(releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever), {
    code: 'gate_failed',
    message: 'v2 stays unpublished: evidence recall is 0.500',
  })
  assert.deepEqual(await states(), ['v1 published', 'v2 ready'])
  await releases.publish({ ...place, version: v(2), ...asIs, force: 'the questions are old' }, quiet, forever)
  const [, second] = await indexes.versions(tenant, indexName, forever)
  assert.deepEqual([second?.state, second?.forced], ['published', 'the questions are old'])
})

test('a text that stands many times does not keep others from being found', async (context) => {
  const { releases, ingest } = await open(context)
  const often = Array.from({ length: 24 }, (_, i) =>
    raw(`copy${i}`, 'Alpha alpha alpha beta beta beta gamma gamma gamma delta delta delta.'),
  )
  const once = ['beta alpha gamma delta', 'gamma alpha beta delta', 'delta alpha beta gamma'].map((text) => raw(text, `${text}.`))
  await ingest([], each([...often, ...once]))
  const report = await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  assert.equal(report.replaced, 'v1')
})

test('a version whose vectors are not those of its model does not find itself, and is not published', async (context) => {
  const { indexes, ingest } = await open(context)
  await ingest(['alpha', 'beta', 'gamma', 'delta'])
  const { passages } = await models.profiles.open('fast')
  const candidate = await indexes.build(tenant, indexName, {}, passages, forever)
  const live = await indexes.pin(tenant, indexName, forever)
  const ids = (await live.entries(forever)).map(({ id }) => id)
  const wrong = new Float32Array(passages.dimensions).fill(1 / Math.sqrt(passages.dimensions))
  for (const { document, structure } of await live.sources(ids, forever)) {
    const hits = await live.lexical(document.title, 1, null, [document.id], forever)
    const loaded = await live.load(
      hits.map(({ row }) => row),
      forever,
    )
    const chunks = loaded.map((chunk) => ({ chunk: { ...chunk, ordinal: 0, previous: null, next: null }, vector: wrong }))
    await candidate.writer.replaceDocuments([{ document, structure, chunks }], passages.fingerprint, forever)
  }
  live.release()
  await candidate.keep()
  candidate.release()
  const strict = createReleases({ ...SETTINGS, sampleK: 1 }, INGEST, {
    ...{ indexes, profiles: models.profiles, counters: models.counters, clock, gate: gateOf() },
  })
  await assert.rejects(strict.publish({ ...place, version: v(2), ...asIs }, quiet, forever), (error: AppError) => {
    assert.equal(error.code, 'gate_failed')
    assert.match(error.message, /self_retrieval_vector/)
    return true
  })
})
