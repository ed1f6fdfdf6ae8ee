import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openComposed } from './composed.ts'
import { createSuite } from './ration.ts'

const suite = createSuite()
let service: Awaited<ReturnType<typeof openComposed>>
before(async () => {
  service = await openComposed(suite, { 'versions.golden_questions': 2 })
})
after(() => suite.close())

type Line = Readonly<Record<string, unknown>>

/** Asks a route that answers with lines; gives back the last. */
async function streamed(url: string, ...lines: readonly object[]): Promise<{ readonly stages: unknown[]; readonly last: Line }> {
  const payload = lines.map((line) => JSON.stringify(line)).join('\n')
  const { body } = await service.app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/x-ndjson' } })
  const answers = body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  return { stages: [...new Set(answers.slice(0, -1).map(({ stage }) => stage))], last: answers.at(-1) ?? {} }
}

async function asked(index: string): Promise<{ readonly version: string; readonly profile: string; readonly context: string }> {
  const payload = { query: 'How long does a refund take?', index, budget: { tokens: 300 } }
  const response = await service.app.inject({ method: 'POST', url: '/v1/retrieve', payload })
  assert.equal(response.statusCode, 200, response.body)
  const { receipt, context } = response.json<{ receipt: { version: string; profile: string }; context: string }>()
  return { version: receipt.version, profile: receipt.profile, context }
}

const REFUND = 'A refund takes fourteen days from the day on which the parcel is back with us.'
const documents = [
  { id: 'refunds.md', content: `# Refunds\n\n${REFUND}\n\n## Fees\n\nThere are none.`, media_type: 'text/markdown' },
  {
    id: 'keys.md',
    content: '# Keys\n\nA key is rotated with one command, and the old one works for an hour.',
    media_type: 'text/markdown',
  },
]
const golden = { question: 'How long does a refund take?', passages: [{ doc: 'refunds.md', text: REFUND }] }

test('ingested with one model, rebuilt with another, asked in both, gated, published and rolled back over HTTP', async () => {
  await service.app.inject({ method: 'POST', url: '/v1/indexes', payload: { name: 'shop' } })
  const ingested = await service.app.inject({ method: 'POST', url: '/v1/documents', payload: { index: 'shop', documents, wait: true } })
  assert.equal(ingested.statusCode, 200, ingested.body)

  const wrong = await streamed('/v1/indexes/shop/golden', { ...golden, passages: [{ doc: 'refund', text: REFUND }] })
  assert.equal(wrong.last['code'], 'invalid_request')
  assert.equal((await streamed('/v1/indexes/shop/gate')).last['code'], 'not_found')
  const attached = await streamed('/v1/indexes/shop/golden', golden)
  assert.deepEqual([attached.last['questions'], attached.last['stale'], attached.last['baseline']], [1, 0, null])
  const { last: first } = await streamed('/v1/indexes/shop/gate')
  assert.deepEqual([first['type'], first['passed'], first['live']], ['gate', true, null])
  const shown = (await service.app.inject('/v1/indexes/shop/golden')).json<{ baseline: { version: string } }>()
  assert.equal(shown.baseline.version, 'v1', 'the first version that passes is the baseline')

  const rebuilt = await streamed('/v1/indexes/shop/versions', { profile: 'standard' })
  assert.deepEqual(rebuilt.stages, ['copy', 'verify', 'gate'])
  assert.deepEqual([rebuilt.last['version'], rebuilt.last['replaced'], rebuilt.last['copied']], ['v2', null, 2])
  const [one, two] = [await asked('shop'), await asked('shop@v2')]
  assert.deepEqual([one.version, one.profile, two.version, two.profile], ['v1', 'fast', 'v2', 'standard'])
  assert.ok(one.context.includes('fourteen days') && two.context.includes('fourteen days'))

  const published = await streamed('/v1/indexes/shop/versions/v2/publish')
  assert.equal(published.last['replaced'], 'v1', JSON.stringify(published.last))
  assert.deepEqual([(await asked('shop')).version, (await asked('shop@previous')).version], ['v2', 'v1'])
  const { last: back } = await streamed('/v1/indexes/shop/rollback')
  assert.deepEqual([back['version'], back['replaced'], back['gate']], ['v1', 'v2', null])

  const canary = await service.app.inject({ method: 'POST', url: '/v1/indexes/shop/canary', payload: { version: 'v2' } })
  assert.deepEqual(canary.json(), { canary: 'v2' })
  assert.equal((await asked('shop@canary')).version, 'v2')
  const { versions } = (await service.app.inject('/v1/indexes/shop/versions')).json<{
    versions: { aliases: string[]; gate: { passed: boolean } }[]
  }>()
  assert.deepEqual(
    versions.map(({ aliases, gate }) => [aliases.join(), gate.passed]),
    [
      ['current', true],
      ['canary', true],
    ],
  )
  const diff = (await service.app.inject('/v1/indexes/shop/versions/diff?a=current&b=canary')).json<{
    changed: number
    a: { embedder: string }
  }>()
  assert.deepEqual([diff.changed, diff.a.embedder], [0, 'ration-static-v0'])
  assert.match((await service.app.inject('/metrics')).body, /ration_index_gate_passed\{index="default\/shop"\} 1/)
})

test('a version that answers worse than the baseline is refused with its figures', async () => {
  const { tenant } = { tenant: 'default' as never }
  const limits = { signal: new AbortController().signal, deadline: Infinity }
  const set = await service.service.engine.indexes.golden(tenant, 'shop' as never, limits)
  assert.ok(set?.baseline)
  // As if the baseline had been pinned while small talk was answered, which it is not.
  const impossible = { question: 'hello, thank you!', passages: [{ doc: 'keys.md' as never, text: 'the old one works for an hour' }] }
  const { hash } = await service.service.engine.indexes.attachGolden(tenant, 'shop' as never, [impossible], limits)
  const scores = [{ evidence: 1, found: 1, stands: true }]
  await service.service.engine.indexes.pinBaseline(tenant, 'shop' as never, hash, { ...set.baseline, scores }, limits)
  const { last } = await streamed('/v1/indexes/shop/versions/v2/publish')
  assert.equal(last['code'], 'gate_failed', JSON.stringify(last))
  assert.match(String(last['detail']), /below the baseline of v1/)
  assert.equal((await asked('shop')).version, 'v1')
  const { last: forced } = await streamed('/v1/indexes/shop/versions/v2/publish', { force: 'the question is nonsense' })
  assert.equal(forced['replaced'], 'v1')
  const { versions } = (await service.app.inject('/v1/indexes/shop/versions')).json<{ versions: { forced: string | null }[] }>()
  assert.equal(versions[1]?.forced, 'the question is nonsense')
})

test('what is no version, and a version where documents go, are refused', async () => {
  for (const [url, code] of [
    ['/v1/indexes/shop/versions/v9/publish', 'version_not_found'],
    ['/v1/indexes/shop/versions/new/publish', 'invalid_request'],
    ['/v1/indexes/none/rollback', 'index_not_found'],
    ['/v1/indexes/none/versions', 'index_not_found'],
  ] as const) {
    assert.equal((await streamed(url)).last['code'], code, url)
  }
  assert.match(String((await streamed('/v1/indexes/shop/golden', golden, golden, golden)).last['detail']), /more than 2 lines/)
  assert.equal((await streamed('/v1/indexes/shop/versions', { profile: 'none' })).last['code'], 'unknown_profile')
  assert.equal((await streamed('/v1/indexes/shop/versions', { publsih: true })).last['code'], 'invalid_request')
  const written = await service.app.inject({ method: 'POST', url: '/v1/documents', payload: { index: 'shop@v1', documents, wait: true } })
  assert.equal(written.json<{ code: string }>().code, 'invalid_request')
  const missing = await service.app.inject({
    method: 'POST',
    url: '/v1/retrieve',
    payload: { query: 'x', index: 'shop@v9', budget: { tokens: 9 } },
  })
  assert.equal(missing.json<{ code: string }>().code, 'version_not_found')
})
