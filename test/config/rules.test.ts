import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { AppError } from '../../src/core/errors.ts'

const load = (overrides: Readonly<Record<string, unknown>>) =>
  loadConfig({ file: null, overrides, environment: {}, folder: '/nowhere' }).config

const rule = (change: Readonly<Record<string, unknown>> = {}) => ({
  name: 'refunds',
  when: { phrases: ['refund*'] },
  effect: 'require',
  documents: ['policy/refunds.md'],
  ...change,
})

function refusal(list: readonly unknown[]): string {
  try {
    load({ 'rules.list': list })
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'invalid_config')
    return error.message
  }
  return assert.fail('should have been refused')
}

test('rules are read as they are written', () => {
  const { rules } = load({
    'rules.version': '2026-11',
    'rules.list': [rule(), rule({ name: 'law', when: { intents: ['compare'] }, effect: 'abstain', documents: [] })],
  })
  assert.deepEqual(rules, {
    version: '2026-11',
    list: [
      { name: 'refunds', when: { phrases: ['refund*'], intents: [] }, effect: 'require', documents: ['policy/refunds.md'] },
      { name: 'law', when: { phrases: [], intents: ['compare'] }, effect: 'abstain', documents: [] },
    ],
  })
})

test('a wrong rule stops the start and says where', () => {
  const long = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`)
  const cases: readonly [unknown, string][] = [
    [rule({ name: 'Refunds' }), 'rules.list.0.name'],
    [rule({ when: {} }), 'rules.list.0.when'],
    [rule({ when: { phrases: ['!!'] } }), 'rules.list.0.when.phrases.0'],
    [rule({ when: { phrases: ['*'] } }), 'rules.list.0.when.phrases.0'],
    [rule({ when: { phrases: ['a * b'] } }), 'rules.list.0.when.phrases.0'],
    [rule({ when: { phrases: ['x'.repeat(201)] } }), 'rules.list.0.when.phrases.0'],
    [rule({ when: { phrases: long(33) } }), 'rules.list.0.when.phrases'],
    [rule({ when: { pattern: '(a+)+$' } }), 'rules.list.0.when'],
    [rule({ when: { intents: ['compere'] } }), 'rules.list.0.when.intents'],
    [rule({ effect: 'ban' }), 'rules.list.0.effect'],
    [rule({ documents: [] }), 'rules.list.0.documents'],
    [rule({ documents: long(17) }), 'rules.list.0.documents'],
    [rule({ effect: 'abstain' }), 'rules.list.0.documents'],
    [rule({ note: 'x' }), 'rules.list.0.note'],
  ]
  for (const [one, path] of cases) assert.ok(refusal([one]).includes(path), `${path}: ${refusal([one])}`)
})

test('names differ and there is a most of rules', () => {
  assert.match(refusal([rule(), rule()]), /rules\.list .* names that differ/)
  const many = (count: number) => Array.from({ length: count }, (_, at) => rule({ name: `r${at}` }))
  assert.equal(load({ 'rules.list': many(200) }).rules.list.length, 200)
  assert.match(refusal(many(201)), /rules\.list/)
})

test('intents of the operator can be named in rules', () => {
  const custom = [{ name: 'billing', examples: ['why was I charged?'] }]
  const list = [rule({ when: { intents: ['billing'] } })]
  assert.deepEqual(load({ 'intents.custom': custom, 'rules.list': list }).rules.list[0]?.when.intents, ['billing'])
  assert.match(refusal(list), /names of default, lookup/)
})

test('the steps of the curve grow', () => {
  assert.deepEqual(load({ 'packing.next_tokens': [100, 5000] }).packing.nextTokens, [100, 5000])
  for (const steps of [[], [0], [400, 200], [200, 200], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
    assert.throws(() => load({ 'packing.next_tokens': steps }), /packing\.next_tokens/, String(steps))
})
