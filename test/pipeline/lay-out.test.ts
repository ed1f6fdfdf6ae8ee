import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { itemsOf } from '../../src/pipeline/items.ts'
import { layOutSelection } from '../../src/pipeline/lay-out.ts'
import type { OfferInput } from '../../src/pipeline/offer.ts'
import { createRenderStage } from '../../src/pipeline/render.ts'
import { sentPassages } from '../../src/pipeline/sent.ts'
import type { Spent } from '../../src/pipeline/spend.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { offersOf, selectionOf } from './offered.ts'
import { CHARACTERS, candidateFor, documentOf } from './small-index.ts'

const book = documentOf('book', [
  ['Alpha is first.', 'Beta is second.'],
  ['Gamma is third.'],
  null,
  ['Delta is fourth.'],
  ['Epsilon is last.'],
])
const leaf = documentOf('leaf', [['Zeta stands alone.']])

function shown(candidates: readonly Candidate[], picked: readonly (readonly [string, string])[], given: Partial<OfferInput> = {}) {
  const offers = offersOf(candidates, given)
  const documents = layOutSelection(selectionOf(offers, picked), offers.offers)
  const input = { documents, notice: null, template: TEMPLATES.markdown, counter: CHARACTERS }
  const rendered = createRenderStage().run(input, contextWith(new ManualClock()))
  const spent = { documents, rendered } as unknown as Spent
  return { context: rendered.context, items: itemsOf(spent, [], TEMPLATES.markdown, CHARACTERS), sent: sentPassages(documents), documents }
}
const everything = [...leaf, ...book].map((chunk) => candidateFor(chunk))

test('an item has the pages of every chunk that it shows, and its address the first of them', () => {
  const paged = book.map((chunk, at) => ({ ...chunk, uri: 'book.pdf', pages: [at + 1, at + 2] as const }))
  const { items } = shown(
    [...leaf, ...paged].map((chunk) => candidateFor(chunk)),
    [...paged.slice(0, 2), ...leaf].map(({ id }) => [id, 'chunk'] as const),
  )
  assert.deepEqual(
    items.map(({ pages, uri }) => [pages, uri]),
    [
      [[1, 3], 'book.pdf#page=1'],
      [null, null],
    ],
  )
})

test('chunks that touch are one item; a heading parts them, and is said once', () => {
  const whole = [...book.toReversed(), ...leaf].map(({ id }) => [id, 'chunk'] as const)
  const { context, items, sent } = shown(everything, whole)
  assert.equal(
    context,
    '## Title of book\n[1]\nAlpha is first. Beta is second.\n\nGamma is third.\n\n' +
      '[2] Section 1\nDelta is fourth.\n\nEpsilon is last.\n\n## Title of leaf\n[3]\nZeta stands alone.\n\n',
  )
  assert.deepEqual(
    items.map(({ id, kind, citation, heading, chunks, span, tokens }) => ({ id, kind, citation, heading, chunks, span, tokens })),
    [
      {
        ...{ id: 'book#1', kind: 'joined', citation: '[1]', heading: '', chunks: ['book#1', 'book#0'] },
        ...{ span: { start: 0, end: 48 }, tokens: '[1]\nAlpha is first. Beta is second.\n\nGamma is third.\n\n'.length },
      },
      {
        ...{ id: 'book#3', kind: 'joined', citation: '[2]', heading: 'Section 1', chunks: ['book#3', 'book#2'] },
        ...{ span: { start: 60, end: 94 }, tokens: '[2] Section 1\nDelta is fourth.\n\nEpsilon is last.\n\n'.length },
      },
      {
        ...{ id: 'leaf#0', kind: 'chunk', citation: '[3]', heading: '', chunks: ['leaf#0'] },
        ...{ span: { start: 0, end: 18 }, tokens: '[3]\nZeta stands alone.\n\n'.length },
      },
    ],
  )
  assert.deepEqual(
    sent.map(({ chunk, from, to }) => [chunk, from, to]),
    [
      ['book#0', 0, 2],
      ['book#1', 0, 1],
      ['book#2', 0, 1],
      ['book#3', 0, 1],
      ['leaf#0', 0, 1],
    ],
  )
})

test('excerpts that do not touch are items of their own', () => {
  const values = new Map(book.map(({ id, sentences }) => [id, sentences.map((_, at) => (id === book[0]?.id && at === 0 ? 0.9 : 0.1))]))
  const picked = [
    ['book#0', 'sentences'],
    ['book#1', 'chunk'],
  ] as const
  const { context, items } = shown(everything.slice(1), picked, { values })
  assert.equal(context, '## Title of book\n[1]\nAlpha is first.\n\n[2]\nGamma is third.\n\n')
  assert.deepEqual(
    items.map(({ kind, score }) => [kind, score]),
    [
      ['sentences', 0.9],
      ['chunk', 0.1],
    ],
  )
})

test('what is left of a chunk joins nothing, and is remembered where it stands', () => {
  const [first] = book
  assert.ok(first)
  const sent = new Map([[first.textHash, [{ from: 0, to: 1 }]]])
  const picked = [
    ['book#0', 'sentences'],
    ['book#1', 'chunk'],
  ] as const
  const { context, sent: remembered } = shown(everything.slice(1), picked, { sent })
  assert.equal(context, '## Title of book\n[1] …\nBeta is second.\n\n[2]\nGamma is third.\n\n')
  assert.deepEqual(
    remembered.map(({ chunk, from, to }) => [chunk, from, to]),
    [
      ['book#0', 1, 2],
      ['book#1', 0, 1],
    ],
  )
})

test('a passage with its neighbours joins what touches them', () => {
  const [zero, one, , three] = book
  const [delta] = book.slice(2)
  assert.ok(zero && one && three && delta)
  const around = new Map([
    [one.id, { before: [], after: [] }],
    [three.id, { before: [delta], after: [] }],
  ])
  const { items } = shown(
    [zero, one, three].map((chunk) => candidateFor(chunk)),
    [
      ['book#3', 'section'],
      ['book#0', 'chunk'],
      ['book#1', 'chunk'],
    ],
    { neighbours: around },
  )
  assert.deepEqual(
    items.map(({ id, kind, heading, chunks }) => [id, kind, heading, chunks.join()]),
    [
      ['book#0', 'joined', '', 'book#0,book#1'],
      ['book#3', 'section', 'Section 1', 'book#3,book#2'],
    ],
  )
})
