import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { NoticeReason } from '../../src/core/render/notices.ts'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import type { Budget } from '../../src/core/request.ts'
import { minimumFor } from '../../src/pipeline/minimum.ts'
import { createPackStage, type Packed } from '../../src/pipeline/pack.ts'
import { createRenderStage } from '../../src/pipeline/render.ts'
import { spend, type SpendInput } from '../../src/pipeline/spend.ts'
import { ManualClock, PLAN, contextWith } from './fixture.ts'
import { NO_RULES, offersOf } from './offered.ts'
import { CHARACTERS, candidateFor, documentOf, settingsWith } from './small-index.ts'

const BUDGET: Budget = { tokens: 100, auto: false, tokenizer: 'characters', maxItems: null, perDocument: null, perSource: null }
/** Parts do not add up: the whole is longer by 5 at each seam between two passages, or shorter by 1. */
const LONGER: TokenCounter = { name: 'longer', exact: true, count: (text) => text.length + 5 * (text.split(/\n\n(?=\[)/u).length - 1) }
const SHORTER: TokenCounter = { name: 'shorter', exact: true, count: (text) => text.length - (text.split(/\n\n(?=\[)/u).length - 1) }

function spending({ packing = {}, ...given }: Partial<SpendInput> & { packing?: object }) {
  const context = contextWith(new ManualClock())
  const stages = { pack: createPackStage(settingsWith({ packing })), render: createRenderStage() }
  const input: SpendInput = {
    ...{ offers: offersOf([]), budget: BUDGET, plan: PLAN, template: TEMPLATES.markdown, counter: CHARACTERS, noticesOf: () => [] },
    ...given,
  }
  const spent = spend(stages, input, context)
  const least = spent.rendered.tokens > 0 ? null : minimumFor(stages, input, spent, context)
  return { spent, least, records: context.trace.records }
}

const leaves = (...ids: string[]) => ids.map((id) => candidateFor(documentOf(id, [[`The text of ${id} is this.`]])[0] ?? assert.fail()))

test('what is saved where passages join is spent again', () => {
  const book = documentOf('book', [['Alpha one.'], ['Beta two.'], ['Gamma three.']])
  const offers = offersOf(book.map((chunk) => candidateFor(chunk)))
  const whole = '## Title of book\n[1]\nAlpha one.\n\nBeta two.\n\nGamma three.\n\n'
  // Each with a mark of its own they take 72 tokens; two of them are rendered in 4 fewer than they cost.
  const { spent } = spending({ offers, budget: { ...BUDGET, tokens: 68 } })
  assert.deepEqual([spent.rendered.context, spent.rendered.tokens], [whole, whole.length])
  assert.equal(spending({ offers, budget: { ...BUDGET, tokens: 67 } }).spent.packed.selection.chosen.length, 2)
})

test('shares of documents and sources are those of the ceiling, so that a knee leaves room', () => {
  const offers = offersOf(leaves('a', 'b', 'c', 'd'))
  for (const cap of [{ perDocument: 0.3 }, { perSource: 0.3 }]) {
    const budget = { ...BUDGET, tokens: 300, ...cap }
    assert.ok(spending({ offers, budget }).spent.rendered.tokens > 0)
    const { spent } = spending({ offers, budget: { ...budget, auto: true } })
    assert.ok(spent.rendered.tokens > 0 && spent.rendered.tokens <= spent.packed.budgetTokens)
  }
})

test('a plan that uses a share of the budget leaves the knee its tokens', () => {
  const offers = offersOf(leaves('a', 'b', 'c'))
  for (const budgetShare of [0.1, 0.3, 0.7, 0.9]) {
    const { spent } = spending({ offers, plan: { ...PLAN, budgetShare }, budget: { ...BUDGET, tokens: 5000, auto: true } })
    assert.equal(spent.packed.selection.chosen.length, 3)
    assert.ok(spent.packed.budgetTokens * budgetShare >= spent.rendered.tokens && spent.packed.budgetTokens < 5000)
    const floor = spending({
      offers,
      plan: { ...PLAN, budgetShare },
      budget: { ...BUDGET, tokens: 5000, auto: true },
      packing: { shareFloorTokens: 400 },
    })
    assert.equal(floor.spent.packed.budgetTokens, floor.spent.packed.selection.tokens)
  }
})

test('a notice is paid from the budget, and stands in the context', () => {
  const noticesOf = ({ selection }: Packed): readonly NoticeReason[] => (selection.chosen.length > 1 ? ['stale'] : ['unsure', 'degraded'])
  const budget = { ...BUDGET, tokens: 200 }
  const { spent: both } = spending({ offers: offersOf(leaves('a', 'b')), noticesOf, budget })
  assert.deepEqual(both.notices, ['stale'])
  assert.ok(both.rendered.context.endsWith('\n\n> Some of this context has not been updated for a long time.\n'))
  const { spent: one } = spending({ offers: offersOf(leaves('a')), noticesOf, budget })
  const said = '> Part of the search failed; this context may be incomplete. This context may not answer the question.\n'
  assert.ok(one.rendered.context.endsWith(`is this.\n\n${said}`))
  const { spent: none, least } = spending({ offers: offersOf(leaves('a')), noticesOf, budget: { ...BUDGET, tokens: said.length + 10 } })
  assert.deepEqual([none.rendered.context, least], ['', said.length + '## Title of a\n[100]\nThe text of a is this.\n\n'.length])
})

test('the attempts that find the smallest budget are no stages', () => {
  const { least, records } = spending({ offers: offersOf(leaves('a')), budget: { ...BUDGET, tokens: 10 } })
  assert.equal(least, '## Title of a\n[100]\nThe text of a is this.\n\n'.length)
  assert.deepEqual(
    records.map(({ name }) => name),
    ['pack', 'render'],
  )
})

test('the budget holds, the minimum is enough and a knee is never empty, whatever is asked', () => {
  const sentence = fc.constantFrom(
    'Alpha.',
    'Beta is here.',
    '[3] forged',
    '```',
    'code()',
    'A much longer sentence that says more.',
    '- item',
  )
  const document = fc.array(fc.option(fc.array(sentence, { minLength: 1, maxLength: 5 }), { freq: 6 }), { minLength: 1, maxLength: 4 })
  const share = fc.option(fc.double({ min: 0.05, max: 1, noNaN: true }), { freq: 2 })
  const reasons = fc.subarray<NoticeReason>(['degraded', 'unsure', 'stale'])
  const asked = fc.record({
    documents: fc.array(document, { minLength: 1, maxLength: 4 }),
    tokens: fc.oneof(fc.nat(80), fc.nat(800), fc.nat(3000)),
    auto: fc.boolean(),
    caps: fc.record({ perDocument: share, perSource: share, maxItems: fc.option(fc.integer({ min: 1, max: 4 })) }),
    required: fc.subarray(['d0', 'd1', 'd2']),
    budgetShare: fc.constantFrom(0.3, 0.7, 1),
    price: fc.constantFrom(0, 0.5, 20),
    counter: fc.constantFrom(CHARACTERS, LONGER, SHORTER),
    template: fc.constantFrom(...Object.values(TEMPLATES)),
    said: fc.oneof(fc.constant([]), fc.array(reasons, { minLength: 5, maxLength: 5 })),
    excerpts: fc.boolean(),
  })
  const seen = { shown: 0, none: 0, tooSmall: 0 }
  fc.assert(
    fc.property(asked, ({ documents, tokens, auto, caps, required, budgetShare, price, counter, template, said, excerpts }) => {
      const candidates = documents.flatMap((chunks, at) => documentOf(`d${at}`, chunks).map((chunk) => candidateFor(chunk)))
      const rules = { ...NO_RULES, required: new Set(required as DocumentId[]) }
      const offers = offersOf(candidates, { rules, template, counter, excerpts }, 0.4)
      const budget = { ...BUDGET, ...caps, tokens, auto }
      const plan = { ...PLAN, budgetShare, pricePer1kTokens: price }
      const noticesOf = ({ selection }: Packed) => said[Math.min(selection.chosen.length, 4)] ?? []
      const given = { offers, plan, template, counter, noticesOf }
      const { spent, least } = spending({ ...given, budget })
      const { rendered, packed, notices } = spent
      assert.equal(rendered.tokens, rendered.context === '' ? 0 : counter.count(rendered.context))
      assert.ok(rendered.tokens <= packed.budgetTokens && packed.budgetTokens <= tokens)
      assert.ok(noticesOf(packed).every((reason) => notices.includes(reason)))
      const again = spending({ ...given, budget })
      assert.deepEqual([again.spent.rendered, again.least], [rendered, least])
      if (rendered.tokens > 0) seen.shown += 1
      else if (least === null) seen.none += 1
      else {
        seen.tooSmall += 1
        assert.ok(least > tokens, `${least} is enough, and ${tokens} were there`)
        assert.ok(spending({ ...given, budget: { ...budget, tokens: least, auto: false } }).spent.rendered.tokens > 0)
        if (auto && said.length === 0) assert.equal(spending({ ...given, budget: { ...budget, auto: false } }).spent.rendered.tokens, 0)
      }
    }),
    { numRuns: 1000 },
  )
  assert.ok(seen.shown > 150 && seen.none > 20 && seen.tooSmall > 150, JSON.stringify(seen))
})
