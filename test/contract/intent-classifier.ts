import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IntentClassifier } from '../../src/core/ports/intent-classifier.ts'

/** What every `IntentClassifier` keeps, whatever it is asked. */
export function intentClassifierContract(name: string, make: () => IntentClassifier): void {
  test(`${name}: every label once, by descending confidence, summing to 1`, () => {
    const classifier = make()
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), fc.lorem()), (query) => {
        const labels = classifier.classify(query)
        assert.deepEqual(labels.map(({ label }) => label).sort(), [...classifier.labels].sort())
        assert.ok(Math.abs(labels.reduce((sum, { confidence }) => sum + confidence, 0) - 1) < 1e-6)
        labels.forEach(({ label, confidence }, i) => {
          const before = labels[i - 1]
          assert.ok(confidence >= 0 && confidence <= 1)
          if (before === undefined) return
          assert.ok(before.confidence > confidence || (before.confidence === confidence && before.label < label))
        })
      }),
    )
  })

  test(`${name}: the same query gives the same answer, from this instance and from another`, () => {
    const query = 'How do I rotate an API key without downtime?'
    const classifier = make()
    assert.deepEqual(classifier.classify(query), classifier.classify(query))
    assert.deepEqual(make().classify(query), classifier.classify(query))
    assert.equal(make().fingerprint, classifier.fingerprint)
  })

  test(`${name}: the empty query gives one prior, and white space is empty`, () => {
    const classifier = make()
    assert.deepEqual(classifier.classify(' \n\t'), classifier.classify(''))
    assert.ok(classifier.classify('').every(({ confidence }) => confidence > 0))
  })

  test(`${name}: huge and hostile queries are classified`, () => {
    const classifier = make()
    for (const query of [
      'x'.repeat(100_000),
      'why '.repeat(25_000),
      '\ud800'.repeat(10_000),
      'constructor __proto__ toString hasOwnProperty',
      '😀'.repeat(10_000),
    ]) {
      assert.equal(classifier.classify(query).length, classifier.labels.length)
    }
  })
}
