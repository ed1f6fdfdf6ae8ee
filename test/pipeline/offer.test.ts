import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChunkId, DocumentId } from '../../src/core/ids.ts'
import { facetsOf } from '../../src/core/query/facets.ts'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import { renderContext } from '../../src/core/render/template.ts'
import { layOutSelection } from '../../src/pipeline/lay-out.ts'
import type { OfferInput, Offers } from '../../src/pipeline/offer.ts'
import { NO_RULES, offersOf, selectionOf } from './offered.ts'
import { CHARACTERS, candidateFor, documentOf } from './small-index.ts'

const [one, two, three] = documentOf('book', [
  ['Alpha is first.', 'Beta is second.'],
  ['Gamma is third.', 'Delta is fourth.'],
  ['Epsilon is last.'],
])
assert.ok(one && two && three)
const sentOf = (chunk: { textHash: string }, from: number, to: number) => new Map([[chunk.textHash, [{ from, to }]]])

test('what was sent or is forbidden does not compete, and keeps its value', () => {
  const rules = { ...NO_RULES, forbidden: new Set(['other' as DocumentId]) }
  const [other] = documentOf('other', [['Secret.']])
  assert.ok(other)
  const { offers, withheld } = offersOf(
    [candidateFor(one), candidateFor(other), candidateFor(two)],
    { rules, sent: sentOf(one, 0, 2) },
    0.7,
  )
  assert.deepEqual(
    withheld.map(({ candidate, reason, value }) => [candidate.chunk, reason, value]),
    [
      ['book#0', 'already_sent', 0.7],
      ['other#0', 'forbidden', 0.7],
    ],
  )
  assert.deepEqual(
    offers.map(({ passage }) => [passage.chunk, passage.rank]),
    [['book#1', 3]],
  )
})

test('of a chunk that was sent in part the rest is offered: an excerpt, marked as one, without its neighbours', () => {
  const neighbours = new Map([[two.id, { before: [one], after: [three] }]])
  for (const [from, to, text, isRest] of [
    [0, 1, 'Delta is fourth.', true],
    [1, 2, 'Gamma is third.', false],
  ] as const) {
    const offers = offersOf([candidateFor(two)], { neighbours, sent: sentOf(two, from, to) })
    const [offer] = offers.offers
    assert.ok(offer)
    assert.deepEqual(
      [offer.isRest, offer.passage.variants.map(({ kind }) => kind), offer.chunks.get(two.id)?.firstUnit],
      [isRest, ['sentences'], isRest ? 1 : 0],
    )
    const [laid] = layOutSelection(selectionOf(offers, [['book#1', 'sentences']]), offers.offers)[0]?.items ?? []
    assert.deepEqual([laid?.text, laid?.excerpt.starts], [text, isRest])
    const start: number = two.span.start + (isRest ? 'Gamma is third. '.length : 0)
    assert.deepEqual(laid?.span, { start, end: start + text.length })
    assert.equal(offer.passage.variants[0]?.tokens, `[100]${isRest ? ' …' : ''}\n${text}\n\n`.length)
  }
})

test('neighbours count as far as nothing of them was sent', () => {
  const neighbours = new Map([[two.id, { before: [one], after: [three] }]])
  const partsOf = (sent: ReadonlyMap<string, readonly { from: number; to: number }[]>) =>
    offersOf([candidateFor(two)], { neighbours, sent }).offers[0]?.passage.parts.map(({ chunk }) => chunk)
  assert.deepEqual(partsOf(new Map()), ['book#0', 'book#1', 'book#2'])
  assert.deepEqual(partsOf(sentOf(one, 1, 2)), ['book#1', 'book#2'])
  assert.deepEqual(partsOf(sentOf(three, 0, 1)), ['book#0', 'book#1'])
})

test('required and pinned documents are marked, and values belong to their sentences', () => {
  const values = new Map<ChunkId, readonly number[]>([
    [one.id, [0.1, 0.2]],
    [two.id, [0.3, 0.4]],
    [three.id, [0.5]],
  ])
  const neighbours = new Map([[two.id, { before: [one], after: [three] }]])
  const book = new Set(['book' as DocumentId])
  const cases: readonly (readonly [OfferInput['rules'], boolean])[] = [
    [{ ...NO_RULES, required: book }, true],
    [{ ...NO_RULES, pinned: book }, true],
    [NO_RULES, false],
  ]
  for (const [rules, isRequired] of cases) {
    const { offers }: Offers = offersOf([candidateFor(two)], { values, neighbours, rules })
    const [offer] = offers
    assert.deepEqual([offer?.passage.required, offer?.value], [isRequired, 0.5])
    assert.deepEqual(
      offer?.passage.units.map(({ value }) => value),
      [0.1, 0.2, 0.3, 0.4, 0.5],
    )
  }
  const [rest] = offersOf([candidateFor(two)], { values, sent: sentOf(two, 0, 1) }).offers
  assert.deepEqual(
    rest?.passage.units.map(({ value }) => value),
    [0.4],
  )
})

test('facets are read from the sentence and the headings above it', () => {
  const facets = facetsOf('compare Alpha and Delta')
  assert.equal(facets.length, 2)
  const { offers } = offersOf([candidateFor(one), candidateFor({ ...two, headingPath: ['About alpha'] })], { facets }, 0.5)
  assert.deepEqual(
    offers.map(({ passage }) => passage.units.map((unit) => unit.facets)),
    [
      [
        [0.5, 0],
        [0, 0],
      ],
      [
        [0.5, 0],
        [0.5, 0.5],
      ],
    ],
  )
})

test('near-identical sentences share a cluster, wherever they stand', () => {
  const [copy] = documentOf('copy', [['Another one.', 'Beta is second.']])
  assert.ok(copy)
  const clusters = offersOf([candidateFor(one), candidateFor(copy)]).offers.map(({ passage }) =>
    passage.units.map(({ cluster }) => cluster),
  )
  assert.equal(clusters[0]?.[1], clusters[1]?.[1])
  assert.equal(new Set(clusters.flat()).size, 3)
})

test('a variant costs what it adds to the rendered context, in every template', () => {
  const sentence = fc.constantFrom('Alpha.', 'Beta is "second".', '<b> & more', 'Gamma stands alone here.')
  const chunks = fc.array(fc.array(sentence, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(chunks, fc.constantFrom(...Object.values(TEMPLATES)), (made, template) => {
      const [first, second, third] = documentOf('book', made)
      const own = second ?? first
      assert.ok(first && own)
      const around = { before: second === undefined ? [] : [first], after: third === undefined ? [] : [third] }
      const offers = offersOf([candidateFor(own)], { template, neighbours: new Map([[own.id, around]]) })
      const [offer] = offers.offers
      for (const variant of offer?.passage.variants ?? []) {
        const selection = selectionOf(offers, [])
        assert.ok(offer)
        const chosen = [{ passage: offer.passage, variant, step: 0, gain: 1, tokens: variant.tokens }]
        const [document] = layOutSelection({ ...selection, chosen }, offers.offers)
        const items = document?.items.map((item) => ({ ...item, citation: 100, excerpt: item.excerpt.starts })) ?? []
        const rendered = renderContext(template, { documents: [{ title: document?.title ?? '', items }], notice: null })
        const frame = [template.open, template.documentHead(document?.title ?? ''), template.documentEnd, template.close].join('')
        assert.equal(variant.tokens, CHARACTERS.count(rendered) - CHARACTERS.count(frame) + CHARACTERS.count(template.itemSeparator))
      }
    }),
    { numRuns: 300 },
  )
})
