import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { DocumentId } from '../../../src/core/ids.ts'
import type { TextDocument } from '../../../src/core/types.ts'
import { nearCopy } from '../../../bench/budget/near-copy.ts'
import { originsOf, plantsOf } from '../../../bench/budget/planted.ts'
import { createPrng } from '../../../bench/prng.ts'
import { wordCounter } from './word-counter.ts'

const sentence = fc
  .array(fc.stringMatching(/^[a-z]{2,9}$/), { minLength: 3, maxLength: 15 })
  .map((words) => `${words.join(' ').replace(/^./, (first) => first.toUpperCase())}.`)
const textOf = fc.array(sentence, { minLength: 1, maxLength: 12 }).map((sentences) => sentences.join(' '))

test('a near-copy has the words of the original but for a tenth, and knows where each stood', () => {
  fc.assert(
    fc.property(textOf, fc.integer(), (text, seed) => {
      const { text: copy, stretches } = nearCopy(text, createPrng(seed))
      const words = text.split(' ').length
      assert.equal(copy.split(/\s+/).length, words)
      const changed = stretches.filter(({ copy: at, origin }) => copy.slice(at.start, at.end) !== text.slice(origin.start, origin.end))
      assert.ok(changed.length <= Math.round(words * 0.1))
      const origins = stretches.flatMap(({ origin }) => text.slice(origin.start, origin.end).split(' '))
      assert.deepEqual(origins.sort(), text.split(' ').sort())
      assert.deepEqual(nearCopy(text, createPrng(seed)), { text: copy, stretches })
    }),
  )
})

const TEXT = 'Alpha came first of them all. Beta followed in nineteen days. Gamma was never seen again by anyone.'
const document: TextDocument = {
  id: 'd' as DocumentId,
  title: 'D',
  uri: null,
  mediaType: 'text/markdown',
  content: `Skip. ${TEXT}`,
  metadata: {},
}

test('a copy says the same: numbers, names and negations stay, line breaks go with their sentences', () => {
  const text = 'Anna never paid 300 dollars without asking\nbefore.\n\nthe second line stands here alone.'
  for (let seed = 0; seed < 40; seed += 1) {
    const { text: copy } = nearCopy(text, createPrng(seed))
    for (const word of ['Anna', 'never', '300', 'without']) assert.ok(copy.split(/\s+/).includes(word), copy)
    if (copy.startsWith('Anna')) assert.match(copy, /\n\n(?!Anna)/)
  }
})

test('planted documents are those of their pieces, four times each, and count as what they were copied from', () => {
  const piece = { doc: document.id, start: 6, end: 6 + TEXT.length }
  const plants = plantsOf([piece], new Map([[document.id, document]]), wordCounter)
  assert.equal(new Set(plants.map(({ document: { id } }) => id)).size, 4)
  const origins = originsOf(plants)
  assert.deepEqual(origins(piece), [piece])
  const [plant] = plants
  assert.ok(plant !== undefined)
  const whole = origins({ doc: plant.document.id, start: 0, end: plant.document.content.length })
  const held = whole.map(({ doc, start, end }) => (doc === document.id ? document.content.slice(start, end) : '')).join(' ')
  assert.deepEqual(held.split(/\s+/).sort(), TEXT.split(' ').sort())
  const at = plant.document.content.indexOf('nineteen')
  const [word] = origins({ doc: plant.document.id, start: at, end: at + 8 })
  assert.equal(document.content.slice(word?.start, word?.end), 'nineteen')
})

test('a piece is shortened until its copies are one chunk whatever they say', () => {
  const content = Array.from({ length: 512 }, (_, index) => `w${index}`).join(' ')
  const long = { ...document, content }
  const [plant] = plantsOf([{ doc: document.id, start: 0, end: content.length }], new Map([[document.id, long]]), wordCounter)
  assert.ok(wordCounter.count(plant?.document.content ?? '') <= 500)
  assert.deepEqual(plantsOf([{ doc: 'gone' as DocumentId, start: 0, end: 1 }], new Map(), wordCounter), [])
})
