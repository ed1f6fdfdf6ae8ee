import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { loadConfig } from '../../src/config/load.ts'
import type { DocumentId, IndexName, RequestId } from '../../src/core/ids.ts'
import { normalise } from '../../src/core/text/normalise.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import type { Answer } from '../../src/core/answer.ts'
import type { RetrieveRequest } from '../../src/core/request.ts'
import { createTokenCounters } from '../../src/models/token-counters.ts'
import { randomQuery } from './corpora.ts'
import { TENANT, limits, nameOf, openRandomIndexes } from './random-indexes.ts'

/** docs/budgets.md, point by point, over random corpora, questions and budgets, on real LanceDB and the real static encoder. */

/** Enough for every suite; `RATION_CONTRACT_CASES=20000 node --test test/e2e/budget-contract.test.ts` is what a release runs. */
const CASES = Number(process.env['RATION_CONTRACT_CASES'] ?? 2500)
const SEED = Number(process.env['RATION_CONTRACT_SEED'] ?? 20_260)
const CASE_MS = 300
const CORPORA = [
  { seed: 11, documents: 1, encodings: ['o200k_base'] },
  { seed: 12, documents: 8, encodings: ['o200k_base', 'cl100k_base'] },
  { seed: 13, documents: 25, encodings: ['o200k_base'] },
  { seed: 14, documents: 60, encodings: ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'] },
] as const
/** Fewer candidates than usual: every one is counted under a tokenizer, and cases are what this suite needs. */
const overrides = {
  'retrieve.candidates': 20,
  'rules.list': [
    { name: 'secret', when: { phrases: ['delta'] }, effect: 'forbid', documents: ['doc/13/3', 'doc/14/2', 'doc/14/7'] },
    { name: 'policy', when: { phrases: ['budget'] }, effect: 'require', documents: ['doc/14/9', 'doc/14/2'] },
    { name: 'promoted', when: { phrases: ['rotat*'] }, effect: 'pin', documents: ['doc/12/1', 'doc/13/1', 'doc/14/1'] },
    { name: 'silence', when: { phrases: ['lock revision'] }, effect: 'abstain' },
  ],
}

describe('the budget contract', () => {
  let opened: Awaited<ReturnType<typeof openRandomIndexes>>
  const readers = new Map<IndexName, IndexReader>()
  const counters = createTokenCounters(loadConfig({ file: null, overrides: {}, environment: {} }).config.models)

  before(async () => {
    opened = await openRandomIndexes(CORPORA, overrides)
    for (const { seed } of CORPORA) readers.set(nameOf(seed), await opened.engine.indexes.pin(TENANT, nameOf(seed), limits()))
  })

  after(async () => {
    for (const reader of readers.values()) reader.release()
    counters.close()
    await opened.close()
  })

  const request: fc.Arbitrary<RetrieveRequest> = fc.record({
    query: randomQuery,
    index: fc.constantFrom(...CORPORA.map(({ seed }) => nameOf(seed))),
    budget: fc.record({
      tokens: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 1500 }), fc.integer({ min: 1500, max: 100_000 })),
      tokenizer: fc.constantFrom('o200k_base', 'o200k_base', 'gpt-4', 'p50k_base', 'r50k_base', 'claude-sonnet-4'),
      auto: fc.boolean(),
      maxItems: fc.option(fc.integer({ min: 1, max: 12 })),
      perDocument: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true })),
      perSource: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true })),
    }),
    filter: fc.option(fc.constantFrom({ op: 'eq', field: 'even', value: true } as const), { freq: 6 }),
    require: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.constantFrom('doc/12/2', 'doc/13/3', 'doc/14/5', 'doc/14/40', 'nowhere'), { maxLength: 3 })
          .map((ids) => ids as DocumentId[]),
      },
    ),
    intent: fc.option(fc.constantFrom('lookup', 'overview', 'compare'), { freq: 5 }),
    mode: fc.constant('quick' as const),
    deadlineMs: fc.constant(60_000),
    feature: fc.constant(null),
    session: fc.constant(null),
    excerpts: fc.option(fc.boolean()),
    notice: fc.boolean(),
    render: fc.constantFrom('markdown', 'markdown', 'xml', 'json', 'plain'),
    explain: fc.constant(true),
  })

  const ask = (asked: RetrieveRequest) =>
    opened.engine.retriever.retrieve(asked, {
      id: 'req_contract' as RequestId,
      caller: { tenant: TENANT, scopes: ['retrieve'], key: null },
      signal: new AbortController().signal,
      retryKey: null,
    })

  it(`holds in ${CASES} random cases`, { timeout: CASES * CASE_MS }, async () => {
    let cases = 0
    const outcomes = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const answer = await ask(asked)
        cases += 1
        outcomes.set(answer.outcome, (outcomes.get(answer.outcome) ?? 0) + 1)
        const reader = readers.get(asked.index as IndexName)
        assert.ok(reader)
        assertWithinBudget(asked, answer)
        assertEveryFateKnown(answer)
        assertRulesKept(asked, answer)
        await assertNothingTwice(answer, reader)
        await assertWhole(asked, answer, reader)
        assertNextGrows(answer)
        if (answer.outcome === 'budget_too_small') await assertMinimumIsEnough(asked, answer)
        if (cases % 10 === 0) await assertRepeatable(asked, answer)
        assert.equal(
          answer.degraded,
          answer.stages.some(({ status }) => !['ok', 'not_planned'].includes(status)),
        )
      }),
      { numRuns: CASES, seed: SEED },
    )
    assert.ok(cases >= CASES)
    for (const outcome of ['ok', 'budget_too_small', 'no_relevant_context'])
      assert.ok((outcomes.get(outcome) ?? 0) > CASES / 150, `too few cases of ${outcome}`)
  })

  /** 1: the string is as long as it says, and no longer than it may be. */
  function assertWithinBudget({ budget }: RetrieveRequest, answer: Answer): void {
    const counter = counters.resolve(budget.tokenizer)
    assert.equal(answer.usage.tokenizer, counter.name)
    const { usage } = answer
    assert.equal(usage.contextTokens, counter.count(answer.context))
    assert.ok(usage.contextTokens <= usage.budgetTokens && usage.budgetTokens <= budget.tokens)
    const parts = [usage.evidenceTokens, usage.headingTokens, usage.citationTokens, usage.templateTokens]
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      usage.contextTokens,
    )
    assert.ok(parts.every((part) => part >= 0) && usage.redundantShare >= 0 && usage.redundantShare <= 1)
    assert.equal(answer.context === '', answer.items.length === 0)
    assert.equal(answer.outcome === 'ok', answer.items.length > 0)
    assert.equal(answer.minTokens !== null, answer.outcome === 'budget_too_small')
    assert.ok(answer.confidence >= 0 && answer.confidence <= 1)
    if (budget.maxItems !== null) assert.ok(answer.items.length <= budget.maxItems)
  }

  /** 2: each candidate is shown by one item or dropped with one reason. */
  function assertEveryFateKnown({ items, dropped, explain }: Answer): void {
    const ids = dropped.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
    const shown = items.flatMap(({ chunks }) => chunks)
    assert.equal(new Set([...shown, ...ids]).size, shown.length + ids.length)
    for (const { id, chunks } of items) assert.equal(chunks[0], id)
    for (const { id, fate, step } of explain?.candidates ?? []) {
      const refused = dropped.find((drop) => drop.id === id)
      assert.equal(refused?.reason ?? 'packed', fate)
      assert.equal(step !== null, fate === 'packed')
      assert.equal(refused === undefined, shown.includes(id))
    }
    for (const { reason, duplicateOf } of dropped) assert.equal(['duplicate', 'covered_by'].includes(reason), duplicateOf !== null)
  }

  /** What the operator decided: forbidden documents are never shown, required ones come first, and silence is silent. */
  function assertRulesKept({ require }: RetrieveRequest, { items, dropped, rules, outcome, hints }: Answer): void {
    const of = (effect: string) => new Set(rules.filter((rule) => rule.effect === effect).flatMap(({ documents }) => documents))
    const forbidden = of('forbid')
    for (const { also } of items) assert.ok(also.every(({ doc }) => !forbidden.has(doc)))
    assert.ok(items.every(({ doc }) => !forbidden.has(doc)) && hints.every(({ doc }) => !forbidden.has(doc)))
    for (const { doc, reason } of dropped) if (forbidden.has(doc)) assert.equal(reason, 'forbidden')
    if (rules.some(({ effect }) => effect === 'abstain')) assert.equal(outcome, 'no_relevant_context')
    const wanted = new Set([...require, ...of('require')].filter((doc) => !forbidden.has(doc)))
    for (const { doc, reason } of dropped)
      if (wanted.has(doc) && !items.some((item) => item.doc === doc)) assert.notEqual(reason, 'low_value')
  }

  /** 3: no overlap in source, no text twice, and each other place of a packed text is cited. */
  async function assertNothingTwice({ items }: Answer, reader: IndexReader): Promise<void> {
    const shown = await Promise.all(items.map(async ({ doc, span }) => normalise(await textOf(reader, doc, span))))
    assert.equal(new Set(shown).size, shown.length)
    items.forEach((item, position) => {
      for (let other = position + 1; other < items.length; other += 1) {
        const rival = items[other]
        assert.ok(rival && (rival.doc !== item.doc || rival.span.end <= item.span.start || item.span.end <= rival.span.start))
      }
      for (const { doc, span } of item.also) assert.ok(doc !== item.doc || span.start !== item.span.start)
    })
  }

  /** 5: passages stand in the context whole, as they stand in the document. */
  async function assertWhole({ render }: RetrieveRequest, { items, context }: Answer, reader: IndexReader): Promise<void> {
    for (const { doc, span, citation } of items) {
      const text = TEMPLATES[render].escape(await textOf(reader, doc, span))
      assert.ok(context.includes(text), `${citation} of ${JSON.stringify(context)} is not ${JSON.stringify(text)}`)
    }
  }

  /** 4: what more tokens would buy never shrinks, and is worth them. */
  function assertNextGrows({ next, explain }: Answer): void {
    const price = explain?.plan['pricePer1kTokens']
    assert.ok(typeof price === 'number')
    next.forEach(({ tokens, gain, adds }, at) => {
      const before = next[at - 1]
      assert.ok(before === undefined || (tokens > before.tokens && gain >= before.gain))
      assert.equal(adds.length > 0, gain > 0)
    })
  }

  /** 5: the budget that the answer asks for is enough. */
  async function assertMinimumIsEnough(asked: RetrieveRequest, { minTokens }: Answer): Promise<void> {
    assert.ok(minTokens !== null && minTokens > asked.budget.tokens)
    const retried = await ask({ ...asked, budget: { ...asked.budget, tokens: minTokens, auto: false } })
    assert.equal(retried.outcome, 'ok')
  }

  /** 6: the same question gets the same answer of the same revision; a pause may have indexed what a load left, which makes another. */
  async function assertRepeatable(asked: RetrieveRequest, first: Answer): Promise<void> {
    const again = await ask(asked)
    if (again.receipt.revision !== first.receipt.revision) {
      await assertRepeatable(asked, again)
      return
    }
    const { context, items, dropped } = again
    assert.deepEqual({ context, items, dropped }, { context: first.context, items: first.items, dropped: first.dropped })
  }

  const texts = new Map<string, string>()
  async function textOf(reader: IndexReader, doc: Answer['items'][number]['doc'], span: { start: number; end: number }): Promise<string> {
    const key = `${reader.declaration.name}/${doc}`
    const known = texts.get(key) ?? (await reader.document(doc, limits()))?.text
    assert.ok(known !== undefined)
    texts.set(key, known)
    return known.slice(span.start, span.end)
  }
})
