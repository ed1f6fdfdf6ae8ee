import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors.ts'
import { applyMode } from '../../../src/core/plan/apply.ts'
import { createPlanner } from '../../../src/core/plan/plan-for.ts'
import type { IntentLabel } from '../../../src/core/ports/intent-classifier.ts'
import { DEFAULT_PLAN, SETTINGS } from './settings.ts'

const labelled = (confidences: Record<string, number>): IntentLabel[] =>
  Object.entries(confidences).map(([label, confidence]) => ({ label, confidence }))

const planOf = (confidences: Record<string, number>, identifiers: string[] = []) =>
  createPlanner(SETTINGS)({ labels: labelled(confidences), forced: null, identifiers })

describe('the plan for classified intents', () => {
  test('one sure intent is planned alone', () => {
    assert.deepEqual(planOf({ troubleshoot: 0.9, lookup: 0.1 }), {
      ...DEFAULT_PLAN,
      lexicalDepth: 200,
      intents: [{ label: 'troubleshoot', confidence: 0.9, share: 1 }],
      critical: false,
    })
  })

  test('two intents share the plan in proportion to their confidence', () => {
    const plan = planOf({ overview: 0.6, compare: 0.3, chitchat: 0.1 })
    assert.equal(plan.intents.map(({ label, share }) => `${label} ${share.toFixed(3)}`).join(), 'overview 0.667,compare 0.333')
    // 200 * 2/3 + 100 * 1/3
    assert.equal(plan.vectorDepth, 167)
    assert.equal(plan.rerank, 'always')
    assert.equal(plan.hierarchy, true)
    assert.equal(plan.maxDocuments, null)
  })

  test('an intent below the share threshold gets none', () => {
    assert.deepEqual(
      planOf({ overview: 0.7, compare: 0.249 }).intents.map(({ label }) => label),
      ['overview'],
    )
    assert.equal(planOf({ overview: 0.7, compare: 0.25 }).intents.length, 2)
  })

  test('below the threshold together it is the default plan, with the confidence that was not believed', () => {
    const asDefault = { ...DEFAULT_PLAN, intents: [{ label: 'default', confidence: 0.49, share: 1 }], critical: false }
    assert.deepEqual(planOf({ exact: 0.49, lookup: 0.2 }), asDefault)
    assert.equal(planOf({ exact: 0.5, lookup: 0.2 }).intents[0]?.label, 'exact')
    assert.equal(planOf({ exact: 0.25, lookup: 0.25 }).intents.length, 2)
    assert.equal(planOf({}).intents[0]?.confidence, 0)
  })

  test('small talk retrieves nothing only from the silence threshold on, and never with identifiers', () => {
    assert.equal(planOf({ chitchat: 0.9 }).retrieves, false)
    assert.deepEqual(planOf({ chitchat: 0.9 }).intents, [{ label: 'chitchat', confidence: 0.9, share: 1 }])
    assert.equal(planOf({ chitchat: 0.899 }).retrieves, true)
    assert.equal(planOf({ chitchat: 0.899 }).intents[0]?.label, 'default')
    assert.equal(planOf({ chitchat: 0.99 }, ['FST_ERR_42']).retrieves, true)
    assert.equal(planOf({ chitchat: 0.6, lookup: 0.4 }).intents[0]?.label, 'default')
  })

  test('an operator\u2019s critical intent makes the plan critical, with any share', () => {
    const plan = planOf({ lookup: 0.6, refund: 0.4 })
    assert.equal(plan.critical, true)
    assert.equal(planOf({ lookup: 0.9, refund: 0.1 }).critical, false)
    assert.ok(Math.abs(plan.budgetShare - (0.6 * 0.6 + 0.4)) < 1e-12)
  })

  test('labels without a plan are passed over', () => {
    assert.equal(planOf({ gone: 0.8, lookup: 0.2 }).intents[0]?.label, 'default')
  })

  test('shares sum to 1, depths stay between those of the intents, and a question with identifiers is always searched', () => {
    const names = ['lookup', 'how_to', 'troubleshoot', 'compare', 'overview', 'exact', 'chitchat', 'refund', 'gone']
    const confidences = fc
      .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: names.length, maxLength: names.length })
      .map((raw) => {
        const total = raw.reduce((sum, each) => sum + each ** 4, 0)
        return names.map((label, i) => ({ label, confidence: (raw[i] ?? 0) ** 4 / total })).sort((a, b) => b.confidence - a.confidence)
      })
    fc.assert(
      fc.property(confidences, fc.boolean(), (labels, isNamed) => {
        const plan = createPlanner(SETTINGS)({ labels, forced: null, identifiers: isNamed ? ['x_1'] : [] })
        assert.ok(Math.abs(plan.intents.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
        assert.ok(plan.lexicalDepth >= 100 && plan.lexicalDepth <= 200 && Number.isInteger(plan.lexicalDepth))
        assert.ok(plan.budgetShare >= 0.6 && plan.budgetShare <= 1)
        if (isNamed) assert.ok(plan.retrieves)
        if (!plan.retrieves) assert.ok((labels[0]?.confidence ?? 0) >= SETTINGS.silenceThreshold)
      }),
    )
  })
})

describe('a forced intent', () => {
  const forced = (name: string) => createPlanner(SETTINGS)({ labels: [], forced: name, identifiers: ['x_1'] })

  test('is planned alone at confidence 1', () => {
    assert.deepEqual(forced('refund'), {
      ...DEFAULT_PLAN,
      maxDocuments: 3,
      intents: [{ label: 'refund', confidence: 1, share: 1 }],
      critical: true,
    })
    assert.equal(forced('chitchat').retrieves, false)
    assert.equal(forced('how_to').intents[0]?.label, 'how_to')
  })

  test('that nobody configured is refused with the known ones', () => {
    for (const name of ['refunds', 'default', 'howTo', '__proto__', '']) {
      assert.throws(
        () => forced(name),
        (error) =>
          error instanceof AppError &&
          error.code === 'unknown_intent' &&
          JSON.stringify(error.details['known']) === '["lookup","how_to","troubleshoot","compare","overview","exact","chitchat","refund"]',
      )
    }
  })
})

test('an own intent of a built-in name replaces its plan', () => {
  const custom = [{ ...SETTINGS.custom[0], name: 'chitchat', plan: { ...SETTINGS.builtIn.chitchat, retrieves: true } }]
  const settings = { ...SETTINGS, custom: custom.map(({ name, plan }) => ({ name, plan, critical: false })) }
  assert.equal(createPlanner(settings)({ labels: [], forced: 'chitchat', identifiers: [] }).retrieves, true)
})

test('modes: quick never reranks, thorough always, auto leaves it to the plan', () => {
  const plan = planOf({ exact: 0.9 })
  assert.equal(applyMode(plan, 'auto'), plan)
  assert.deepEqual(applyMode(plan, 'thorough'), { ...plan, rerank: 'always' })
  assert.deepEqual(applyMode(planOf({ compare: 0.9 }), 'quick'), { ...planOf({ compare: 0.9 }), rerank: 'never' })
})
