import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { camelCased, type CamelCased } from '../../src/config/camel-case.ts'
import { intents } from '../../src/config/sections/intents.ts'
import { createPlanner } from '../../src/core/plan/plan-for.ts'
import { createNaturalIntentClassifier } from '../../src/models/natural-intent.ts'

/** As the composition root gets it. */
const loaded = (input: unknown) => camelCased(intents, intents.parse(input)) as CamelCased<ReturnType<typeof intents.parse>>
const own = (name: string, more: object = {}) => ({ name, examples: ['one question'], ...more })

describe('the section of intents', () => {
  test('its defaults are what classifier and planner take', () => {
    const settings = loaded(undefined)
    const classifier = createNaturalIntentClassifier(settings)
    const ask = (query: string) => createPlanner(settings)({ labels: classifier.classify(query), forced: null, identifiers: [] })
    assert.equal(ask('How do I rotate an API key?').intents[0]?.label, 'how_to')
    assert.equal(ask('hello, how are you?').retrieves, false)
    assert.equal(ask('give me an overview of the storage design').rerank, 'never')
    for (const label of classifier.labels) assert.equal(createPlanner(settings)({ labels: [], forced: label, identifiers: [] }).intents[0]?.label, label)
  })

  test('one changed field of a built-in plan leaves the others at their defaults, and the rest follows the default plan', () => {
    const settings = loaded({ default_plan: { rerank_depth: 50 }, built_in: { exact: { lexical_depth: 77 } } })
    const plan = createPlanner(settings)({ labels: [], forced: 'exact', identifiers: [] })
    assert.equal(plan.lexicalDepth, 77)
    assert.equal(plan.vectorWeight, loaded(undefined).builtIn.exact.vectorWeight)
    assert.equal(plan.rerankDepth, 50)
  })

  test('an own intent is read, classified and planned', () => {
    const examples = ['refund my order', 'I want a refund', 'refund the lamp please', 'how do I get a refund']
    const settings = loaded({ custom: [{ name: 'refund', examples, plan: { max_documents: 2 }, critical: true }] })
    const labels = createNaturalIntentClassifier(settings).classify('please refund the order')
    assert.equal(labels[0]?.label, 'refund')
    const plan = createPlanner(settings)({ labels: [], forced: 'refund', identifiers: [] })
    assert.deepEqual([plan.maxDocuments, plan.critical], [2, true])
  })

  const refused: readonly (readonly [string, unknown])[] = [
    ['more than 32 own intents', { custom: Array.from({ length: 33 }, (_, i) => own(`i${i}`)) }],
    ['more than 200 examples', { custom: [own('a', { examples: Array.from({ length: 201 }, (_, i) => `q ${i}`) })] }],
    ['an example of more than 500 characters', { custom: [own('a', { examples: ['x'.repeat(501)] })] }],
    ['an empty example', { custom: [own('a', { examples: ['  '] })] }],
    ['no examples', { custom: [own('a', { examples: [] })] }],
    ['the reserved name', { custom: [own('default')] }],
    ['a name that is not snake_case', { custom: [own('My Intent')] }],
    ['one name twice', { custom: [own('a'), own('a')] }],
    ['an unknown field of a plan', { custom: [own('a', { plan: { depth: 3 } })] }],
    ['a share above 1', { default_plan: { budget_share: 1.1 } }],
    ['a depth above its ceiling', { built_in: { exact: { lexical_depth: 1001 } } }],
    ['more classified characters than are fast', { classified_characters: 4001 }],
  ]
  for (const [what, input] of refused) test(`refuses ${what}`, () => assert.equal(intents.safeParse(input).success, false))

  test('accepts 32 own intents, 200 examples and 500 characters', () => {
    const examples = Array.from({ length: 200 }, (_, i) => String(i).padEnd(500, 'x'))
    const custom = Array.from({ length: 32 }, (_, i) => own(`i${i}`, i === 0 ? { examples } : {}))
    assert.equal(loaded({ custom }).custom.length, 32)
  })
})
