import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import { itemsOf } from '../../src/pipeline/items.ts'
import { layOutSelection } from '../../src/pipeline/lay-out.ts'
import type { Offers } from '../../src/pipeline/offer.ts'
import { createRenderStage } from '../../src/pipeline/render.ts'
import type { Spent } from '../../src/pipeline/spend.ts'
import { usageOf } from '../../src/pipeline/usage.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { offersOf, selectionOf } from './offered.ts'
import { CHARACTERS, candidateFor, documentOf } from './small-index.ts'

const PRICES = { contextPer1mTokens: {}, embedPer1mTokens: 0, rerankPer1kPairs: 0 }

function used(
  offers: Offers,
  picked: readonly string[],
  { template = TEMPLATES.markdown, counter = CHARACTERS, notice = null as string | null } = {},
) {
  const selection = selectionOf(
    offers,
    picked.map((id) => [id, 'chunk']),
  )
  const documents = layOutSelection(selection, offers.offers)
  const rendered = createRenderStage().run({ documents, notice, template, counter }, contextWith(new ManualClock()))
  const items = itemsOf({ documents, rendered } as unknown as Spent, [], template, counter)
  const asked = { tokenizer: counter.name, budgetTokens: 1000, embedTokens: 0, rerankPairs: 0 }
  return usageOf({ ...asked, offers: offers.offers, items, rendered, template, counter }, PRICES)
}

const [first, second] = documentOf('book', [['Alpha is here.', 'Beta is there.'], null, ['Gamma.']])
const [copy] = documentOf('copy', [['Gamma.']])
const [again] = documentOf('again', [['Alpha is here.', 'Something else entirely.']])
assert.ok(first && second && copy && again)

test('a context is evidence, headings, citations and template', () => {
  const offers = offersOf([candidateFor(first), candidateFor(second)])
  const { contextTokens, evidenceTokens, headingTokens, citationTokens, templateTokens } = used(offers, ['book#0', 'book#1'], {
    notice: 'Stale.',
  })
  assert.deepEqual(
    [evidenceTokens, headingTokens, citationTokens, templateTokens],
    [
      'Alpha is here. Beta is there.Gamma.'.length,
      '## Title of book\n'.length + '\n Section 1\n'.length,
      '[1][2]'.length,
      '\n\n\n\n> Stale.\n'.length,
    ],
  )
  assert.equal(evidenceTokens + headingTokens + citationTokens + templateTokens, contextTokens)
  assert.equal(used(offers, []).contextTokens, 0)
})

test('the parts are never negative and add up, however the tokens do', () => {
  const few: TokenCounter = { name: 'few', exact: false, count: (text) => Math.ceil(text.length / 7) }
  const dear: TokenCounter = { name: 'dear', exact: false, count: (text) => (text === '' ? 0 : text.length + 3) }
  const texts = fc.array(fc.array(fc.constantFrom('A.', 'Beta is here.', '<&>'), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom(CHARACTERS, few, dear),
      fc.constantFrom(...Object.values(TEMPLATES)),
      fc.option(fc.constant('Note.')),
      (chunks, counter, template, notice) => {
        const offers = offersOf(
          documentOf('d', chunks).map((chunk) => candidateFor(chunk)),
          { template, counter },
        )
        const whole = offers.offers.filter(({ passage }) => passage.variants.some(({ kind }) => kind === 'chunk'))
        const usage = used(
          offers,
          whole.map(({ passage }) => passage.chunk),
          { template, counter, notice },
        )
        const parts = [usage.evidenceTokens, usage.headingTokens, usage.citationTokens, usage.templateTokens]
        assert.ok(parts.every((part) => part >= 0))
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0),
          usage.contextTokens,
        )
        assert.ok(usage.redundantShare >= 0 && usage.redundantShare <= 1 && usage.savedTokens >= 0)
      },
    ),
    { numRuns: 500 },
  )
})

test('what the ten best would have taken is saved, duplicates each as a passage', () => {
  const leaf = (at: number) => documentOf(`leaf${at}`, [[`The text of number ${at}.`]])[0] ?? assert.fail()
  const candidates = Array.from({ length: 12 }, (_, at) => candidateFor(leaf(at)))
  const each = '## Title of leaf0\n[100]\nThe text of number 0.\n\n'.length
  const one = '## Title of leaf0\n[1]\nThe text of number 0.\n\n'.length
  assert.equal(used(offersOf(candidates), ['leaf0#0']).savedTokens, 10 * each - one)
  assert.equal(used(offersOf(candidates.slice(0, 3)), ['leaf0#0']).savedTokens, 3 * each - one)
  const twice = offersOf([candidateFor(leaf(0), 0.9, [copy, again])])
  assert.deepEqual([used(twice, ['leaf0#0']).savedTokens, used(twice, ['leaf0#0']).candidateTokens], [3 * each - one, 3 * each])
  assert.equal(used(offersOf([]), []).savedTokens, 0)
})

test('what better candidates say already is redundant: duplicates whole, else its sentences', () => {
  const offers = offersOf([candidateFor(first), candidateFor(second, 0.4, [copy]), candidateFor(again)])
  const tokens = offers.offers.map((offer) => offer.tokens)
  const all = (tokens[0] ?? 0) + 2 * (tokens[1] ?? 0) + (tokens[2] ?? 0)
  const { candidateTokens, redundantShare } = used(offers, ['book#0'])
  assert.equal(candidateTokens, all)
  assert.equal(redundantShare, ((tokens[1] ?? 0) + 'Alpha is here.'.length) / all)
  assert.equal(used(offersOf([]), []).redundantShare, 0)
})
