import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { TenantId } from '../../src/core/ids.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { UsageDimension, UsageLedger, UsageRow } from '../../src/core/ports/usage-ledger.ts'

const ACME = 'acme' as TenantId
const NOON = Date.UTC(2026, 2, 1, 12)
const HOUR = 3_600_000

let requests = 0
export const usageRow = (change: Partial<UsageRow> = {}): UsageRow => ({
  request: `req_${String(++requests).padStart(26, '0')}`,
  tenant: ACME,
  key: null,
  at: NOON,
  kind: 'retrieve',
  feature: 'support-bot',
  index: 'docs',
  intent: 'how_to',
  profile: 'standard',
  embedder: 'e1',
  reranker: null,
  cohort: 'c1',
  version: 'v1',
  revision: 7,
  config: 'conf1',
  packer: 'greedy@1',
  template: 'markdown@1.0.0',
  outcome: 'ok',
  degraded: false,
  budgetTokens: 1000,
  contextTokens: 600,
  savedTokens: 400,
  embedTokens: 8,
  rerankPairs: 0,
  storageBytes: 0,
  costUsd: 0.25,
  ms: 20,
  ...change,
})

const everything = (by: readonly UsageDimension[] = []) => ({ tenant: ACME, by, from: null, to: null })

/** Every `UsageLedger` passes. `open` gives a new, empty one; `limits` are generous ones on its clock. */
export function usageLedgerContract(name: string, open: (t: TestContext) => Promise<UsageLedger>, limits: () => Limits): void {
  test(`${name}: flushed rows are summed`, async (t) => {
    const ledger = await open(t)
    assert.deepEqual(await ledger.sum(everything(), limits()), [])
    ledger.record(usageRow())
    ledger.record(
      usageRow({ ms: 40, contextTokens: 0, outcome: 'no_relevant_context', degraded: true, rerankPairs: 32, storageBytes: 5e9 }),
    )
    ledger.record(usageRow({ tenant: 'other' as TenantId }))
    await ledger.flush(limits())
    assert.deepEqual(await ledger.sum(everything(), limits()), [
      {
        group: {},
        requests: 2,
        degraded: 1,
        budgetTokens: 2000,
        contextTokens: 600,
        savedTokens: 800,
        embedTokens: 16,
        rerankPairs: 32,
        storageBytes: 5e9,
        costUsd: 0.5,
        ms: 30,
        outcomes: { ok: 1, no_relevant_context: 1 },
      },
    ])
    assert.equal(ledger.lost, 0)
  })

  test(`${name}: groups by every dimension, in the order asked`, async (t) => {
    const ledger = await open(t)
    ledger.record(usageRow())
    ledger.record(usageRow({ feature: 'search', at: NOON + 12 * HOUR }))
    ledger.record(usageRow({ feature: 'search', at: NOON + 12 * HOUR - 1, kind: 'ingest' }))
    await ledger.flush(limits())
    const byFeatureAndDay = await ledger.sum(everything(['feature', 'day']), limits())
    assert.deepEqual(
      byFeatureAndDay.map(({ group, requests }) => [Object.entries(group), requests]),
      [
        [
          [
            ['feature', 'search'],
            ['day', '2026-03-01'],
          ],
          1,
        ],
        [
          [
            ['feature', 'search'],
            ['day', '2026-03-02'],
          ],
          1,
        ],
        [
          [
            ['feature', 'support-bot'],
            ['day', '2026-03-01'],
          ],
          1,
        ],
      ],
    )
    const all = ['tenant', 'model', 'profile', 'intent', 'index', 'version', 'config', 'cohort', 'kind'] as const
    const [, retrieved] = await ledger.sum(everything(all), limits())
    const group = {
      tenant: 'acme',
      model: 'e1',
      profile: 'standard',
      intent: 'how_to',
      index: 'docs',
      version: 'docs@v1',
      config: 'conf1',
      cohort: 'c1',
      kind: 'retrieve',
    }
    assert.deepEqual(retrieved?.group, group)
    assert.deepEqual(Object.keys(retrieved.group), all)
  })

  test(`${name}: a model is the embedder, with the reranker where one was asked`, async (t) => {
    const ledger = await open(t)
    for (const reranker of [null, 'r1', 'r1']) ledger.record(usageRow({ reranker }))
    await ledger.flush(limits())
    const sums = await ledger.sum(everything(['model']), limits())
    assert.deepEqual(
      sums.map(({ group, requests }) => [group.model, requests]),
      [
        ['e1', 1],
        ['e1 + r1', 2],
      ],
    )
  })

  test(`${name}: without a tenant the sums are those of all`, async (t) => {
    const ledger = await open(t)
    for (const tenant of ['acme', 'other', 'other']) ledger.record(usageRow({ tenant: tenant as TenantId }))
    await ledger.flush(limits())
    const sums = await ledger.sum({ ...everything(['tenant']), tenant: null }, limits())
    assert.deepEqual(
      sums.map(({ group, requests }) => [group.tenant, requests]),
      [
        ['acme', 1],
        ['other', 2],
      ],
    )
  })

  test(`${name}: a period is half-open`, async (t) => {
    const ledger = await open(t)
    for (const at of [NOON - 1, NOON, NOON + HOUR - 1, NOON + HOUR]) ledger.record(usageRow({ at }))
    await ledger.flush(limits())
    const count = async (from: number | null, to: number | null) =>
      (await ledger.sum({ tenant: ACME, by: [], from, to }, limits()))[0]?.requests
    assert.equal(await count(NOON, NOON + HOUR), 2)
    assert.equal(await count(NOON, null), 3)
    assert.equal(await count(null, NOON), 1)
    assert.equal(await count(NOON, NOON), undefined)
  })

  test(`${name}: compares the means of two versions, by index version, configuration or cohort`, async (t) => {
    const ledger = await open(t)
    for (const contextTokens of [500, 700]) ledger.record(usageRow({ contextTokens, costUsd: 0.2 }))
    ledger.record(usageRow({ version: 'v2', config: 'conf2', cohort: 'c2', contextTokens: 400, costUsd: 0.1, ms: 10, degraded: true }))
    ledger.record(usageRow({ version: 'v2', config: 'conf2', cohort: 'c2', kind: 'ingest', contextTokens: 0, ms: 100_000 }))
    ledger.record(usageRow({ version: 'v2', index: 'blog', contextTokens: 1, ms: 1, config: 'x', cohort: 'x' }))
    ledger.record(usageRow({ version: 'v2', tenant: 'other' as TenantId, config: 'conf2', contextTokens: 99 }))
    await ledger.flush(limits())
    for (const [before, after] of [
      ['docs@v1', 'docs@v2'],
      ['conf1', 'conf2'],
      ['c1', 'c2'],
    ] as const) {
      const diff = await ledger.diff(ACME, before, after, limits())
      assert.deepEqual([diff.before.requests, diff.before.contextTokens, diff.before.ms], [2, 600, 20])
      assert.ok(Math.abs(diff.before.costUsd - 0.2) < 1e-12)
      assert.deepEqual([diff.after.requests, diff.after.contextTokens, diff.after.ms, diff.after.degraded], [1, 400, 10, 1])
      assert.deepEqual(diff.after.outcomes, { ok: 1 })
    }
    for (const [before, after] of [
      ['docs@v1', 'docs@v9'],
      ['nothing', 'c1'],
      ['v1', 'v2'],
    ] as const) {
      await assert.rejects(ledger.diff(ACME, before, after, limits()), { code: 'not_found' })
    }
  })

  test(`${name}: any text and any number that JSON can carry is booked or counted as lost, and never holds up other rows`, async (t) => {
    const ledger = await open(t)
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u0000', "'; drop table usage_rows --", '', '\ud800'))
    const number = fc.oneof(fc.nat(), fc.constantFrom(NaN, Infinity, -1, 1.5, 2 ** 53 - 1, 2 ** 40))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, number), { maxLength: 8 }), async (odd) => {
        const booked = async () => (await ledger.sum(everything(), limits()))[0]?.requests ?? 0
        const before = (await booked()) + ledger.lost
        for (const [feature, contextTokens] of odd) ledger.record(usageRow({ feature, contextTokens }))
        const good = usageRow({ cohort: `good-${requests}` })
        ledger.record(good)
        await ledger.flush(limits())
        assert.equal((await booked()) + ledger.lost, before + odd.length + 1)
        assert.equal((await ledger.diff(ACME, good.cohort, good.cohort, limits())).after.requests, 1)
      }),
      { numRuns: 30 },
    )
    assert.ok(ledger.lost > 0, 'the odd ones were tried')
  })

  test(`${name}: more than one statement's worth of rows arrives, and a request is booked once`, async (t) => {
    const ledger = await open(t)
    for (let row = 0; row < 2500; row++) ledger.record(usageRow({ costUsd: 0.001 }))
    const twice = usageRow()
    ledger.record(twice)
    ledger.record(twice)
    await ledger.flush(limits())
    ledger.record(twice)
    await ledger.flush(limits())
    const [sum] = await ledger.sum(everything(), limits())
    assert.equal(sum?.requests, 2501)
    assert.ok(Math.abs(sum.costUsd - 2.75) < 1e-9)
    assert.equal(ledger.lost, 0)
  })

  test(`${name}: limits are kept`, async (t) => {
    const ledger = await open(t)
    const { deadline } = limits()
    const stopped = { signal: AbortSignal.abort(), deadline }
    const late = { signal: new AbortController().signal, deadline: deadline - 1e9 }
    await assert.rejects(ledger.sum(everything(), stopped), { code: 'cancelled' })
    await assert.rejects(ledger.sum(everything(), late), { code: 'deadline_exceeded' })
    ledger.record(usageRow())
    await assert.rejects(ledger.flush(late), { code: 'deadline_exceeded' })
    await ledger.flush(limits())
    assert.equal((await ledger.sum(everything(), limits()))[0]?.requests, 1)
  })
}
