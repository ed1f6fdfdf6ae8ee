import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { measureIntent } from '../../bench/intent/measure.ts'
import { BUILT_IN_INTENTS } from '../../src/core/plan/plan.ts'
import { deriveQuery } from '../../src/core/query/derive.ts'
import { intents } from '../../src/config/sections/intents.ts'
import { createNaturalIntentClassifier } from '../../src/models/natural-intent.ts'
import { calibrated, fitTemperature, TEMPERATURE } from '../../src/models/intent-calibration.ts'
import { intentClassifierContract } from '../contract/intent-classifier.ts'
import { crossValidated } from './intent-folds.ts'

const SETTINGS = { classifiedCharacters: 1500, custom: [] }
const classifier = createNaturalIntentClassifier(SETTINGS)
const SILENCE = intents.parse(undefined).silence_threshold

intentClassifierContract('natural', () => createNaturalIntentClassifier(SETTINGS))

const refunds = {
  name: 'refund',
  examples: ['I want my money back', 'refund my order please', 'give me a refund for the broken lamp', 'please refund the second payment'],
}

describe('natural intent classifier', () => {
  test('knows the built-in labels', () => {
    assert.deepEqual([...classifier.labels].sort(), [...BUILT_IN_INTENTS].sort())
  })

  test('macro-F1 on the held-out questions is at least .85, far above naming the majority', () => {
    const { macroF1, majorityMacroF1, accuracy, questions } = measureIntent(classifier)
    assert.ok(questions >= 110)
    assert.ok(macroF1 >= 0.85, `macro-F1 ${macroF1}`)
    assert.ok(accuracy >= 0.85, `accuracy ${accuracy}`)
    assert.ok(majorityMacroF1 < 0.1)
  })

  test('confidences are calibrated: within .08 of the accuracy on the held-out questions', () => {
    assert.ok(measureIntent(classifier).calibrationError < 0.08)
  })

  test('the empty query gives the share of every label in the training questions', () => {
    const prior = new Map(classifier.classify('').map(({ label, confidence }) => [label, confidence]))
    const extended = createNaturalIntentClassifier({ ...SETTINGS, custom: [refunds] })
    const shares = new Map(extended.classify('').map(({ label, confidence }) => [label, confidence]))
    // 4 of n + 4 questions, so that the others shrink by n / (n + 4).
    const shrink = 1 - (shares.get('refund') ?? 0)
    for (const [label, share] of prior) assert.ok(Math.abs((shares.get(label) ?? 0) - share * shrink) < 1e-12)
  })

  test('an operator\u2019s own intent is learned from its examples and changes the fingerprint', () => {
    const extended = createNaturalIntentClassifier({ ...SETTINGS, custom: [refunds] })
    assert.equal(extended.classify('please refund my lamp')[0]?.label, 'refund')
    assert.equal(extended.classify('How do I rotate an API key?')[0]?.label, 'how_to')
    assert.notEqual(extended.fingerprint, classifier.fingerprint)
  })

  test('examples under a built-in name widen that intent', () => {
    const custom = [{ name: 'exact', examples: refunds.examples }]
    const widened = createNaturalIntentClassifier({ ...SETTINGS, custom })
    assert.deepEqual([...widened.labels].sort(), [...classifier.labels].sort())
    const exact = (by: typeof classifier) => by.classify('please refund my lamp').find(({ label }) => label === 'exact')?.confidence ?? 0
    assert.ok(exact(widened) > 2 * exact(classifier))
  })

  test('of a long query its start and its end are looked at, and only these', () => {
    const small = createNaturalIntentClassifier({ ...SETTINGS, classifiedCharacters: 100 })
    const start = 'Which of the two '.padEnd(50, 'a')
    const end = ' how do I fix it?'.padStart(50, 'z')
    assert.deepEqual(small.classify(`${start}${'Why does it crash? '.repeat(100)}${end}`), small.classify(`${start}${'nothing here '.repeat(99)}${end}`))
    assert.notDeepEqual(small.classify(`${start}${'x'.repeat(500)}${end}`), small.classify(`${start}${'x'.repeat(500)}${' '.repeat(10)}${'x'.repeat(40)}`))
    assert.notEqual(small.fingerprint, classifier.fingerprint)
  })

  test('as many intents as an operator may have are told apart', () => {
    const custom = Array.from({ length: 32 }, (_, i) => ({
      name: `own_${i}`,
      examples: Array.from({ length: 5 }, (_, j) => `topic${i} request ${j}`),
    }))
    const full = createNaturalIntentClassifier({ ...SETTINGS, custom })
    assert.equal(full.labels.length, 39)
    assert.equal(full.classify('topic7 request')[0]?.label, 'own_7')
  })
})

describe('cross-validation of the training questions', () => {
  const scored = crossValidated()

  test('the shipped temperature is what they fit', () => {
    assert.equal(fitTemperature(scored), TEMPERATURE)
  })

  test('no real question is taken for small talk at the default silence threshold', () => {
    const silenced = scored.filter(
      ({ label, scores }) => label !== 'chitchat' && (calibrated(scores, TEMPERATURE).get('chitchat') ?? 0) >= SILENCE,
    )
    assert.deepEqual(
      silenced.map(({ text }) => text),
      [],
    )
  })

  test('most greetings are', () => {
    const greetings = scored.filter(({ label }) => label === 'chitchat')
    const silenced = greetings.filter(({ scores }) => (calibrated(scores, TEMPERATURE).get('chitchat') ?? 0) >= SILENCE)
    assert.ok(silenced.length >= greetings.length / 2)
  })
})

const DATA = new URL('../../../shared/data/', import.meta.url)
const SETS = existsSync(DATA) ? readdirSync(DATA).filter((set) => existsSync(new URL(`${set}/queries.jsonl`, DATA))) : []

describe('public questions', { skip: SETS.length === 0 && '../shared/data is absent' }, () => {
  const bounds = { lexicalTerms: 64, lexicalCharacters: 1000, vectorCharacters: 1000 }
  for (const set of SETS) {
    test(`${set}: none is taken for small talk, all are searched as they stand`, () => {
      const lines = readFileSync(new URL(`${set}/queries.jsonl`, DATA), 'utf8').trim().split('\n').slice(0, 1200)
      for (const line of lines) {
        const { text } = JSON.parse(line) as { text: string }
        const [first] = classifier.classify(text)
        assert.ok(first?.label !== 'chitchat' || first.confidence < SILENCE, text)
        const asked = text.replace(/\s+/g, ' ').trim()
        const { lexical, vector, rerank } = deriveQuery(text, bounds)
        assert.deepEqual([lexical, vector, rerank], [asked, asked, asked])
      }
    })
  }
})
