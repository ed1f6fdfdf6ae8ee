import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DocumentId } from '../../../src/core/ids.ts'
import { createRules, type Rule } from '../../../src/core/rules/apply-rules.ts'
import { createPhraseFinder, phraseWords } from '../../../src/core/rules/phrases.ts'

const rule = (name: string, change: Partial<Omit<Rule, 'when'>> & Partial<Rule['when']> = {}): Rule => ({
  name,
  effect: change.effect ?? 'pin',
  documents: change.documents ?? ['d1'],
  when: { phrases: change.phrases ?? [], intents: change.intents ?? [] },
})
const ids = (...names: string[]) => names as DocumentId[]

function apply(list: readonly Rule[], query: string, { intent = 'lookup', require = ids(), most = 16 } = {}) {
  const { required, pinned, forbidden, abstain, applied } = createRules({ version: '7', list }, most)({ query, intent, require })
  return {
    required: [...required],
    pinned: [...pinned],
    forbidden: [...forbidden],
    abstain: abstain?.name ?? null,
    applied: applied.map(({ name, documents }) => `${name}: ${documents.join()}`),
  }
}

const NOTHING = { required: [], pinned: [], forbidden: [], abstain: null, applied: [] }

const matches = (phrase: string, query: string) => createPhraseFinder([{ phrase, mark: 1 }])(query).size > 0

test('a phrase matches as whole words, whatever the case, the punctuation and the white space', () => {
  for (const query of ['I want a REFUND!', 'refund', 'a refund-request', 'no\nrefund?', 'ｒｅｆｕｎｄ', 'ref\u00adund', 'refund_policy'])
    assert.ok(matches('refund', query), query)
  for (const query of ['refunds', 'prefund', 're fund', '', '!!']) assert.ok(!matches('refund', query), query)
  assert.ok(matches('cancel my account', 'Please — cancel, my   account.'))
  assert.ok(!matches('cancel my account', 'cancel the account, my friend'))
  assert.ok(matches("can't log in", 'I CAN’T LOG IN'.replace('’', "'")))
})

test('a star at the end stands for the rest of a word', () => {
  for (const query of ['refund', 'refunds now', 'all refunding']) assert.ok(matches('refund*', query), query)
  assert.ok(!matches('refund*', 'a prefund'))
  assert.ok(matches('cancel my sub*', 'How do I cancel my subscriptions?'))
  assert.ok(!matches('cancel my sub*', 'cancel my'))
})

test('in scripts without blanks a phrase matches anywhere', () => {
  assert.ok(matches('退款', '我想退款，怎么办？'))
  assert.ok(!matches('退款', '退一款'))
  assert.ok(matches('คืนเงิน', 'ขอคืนเงินได้ไหม'))
})

test('a rule applies by phrase, by intent, or where both hold', () => {
  const list = [
    rule('p', { phrases: ['refund', 'money back'] }),
    rule('i', { intents: ['compare'] }),
    rule('b', { phrases: ['refund'], intents: ['lookup'] }),
  ]
  assert.deepEqual(apply(list, 'my money back').applied, ['p: d1'])
  assert.deepEqual(apply(list, 'a versus b', { intent: 'compare' }).applied, ['i: d1'])
  assert.deepEqual(apply(list, 'refund', { intent: 'lookup' }).applied, ['p: d1', 'b: d1'])
  assert.deepEqual(apply(list, 'refund', { intent: 'how_to' }).applied, ['p: d1'])
  assert.deepEqual(apply(list, 'something else'), NOTHING)
  assert.deepEqual(apply([], 'refund'), NOTHING)
})

test('each effect does what it says, and the version goes with it', () => {
  const list = [
    rule('r', { phrases: ['x'], effect: 'require', documents: ['a', 'b'] }),
    rule('p', { phrases: ['x'], effect: 'pin', documents: ['c'] }),
    rule('f', { phrases: ['x'], effect: 'forbid', documents: ['d'] }),
    rule('n', { phrases: ['x'], effect: 'abstain', documents: [] }),
  ]
  assert.deepEqual(apply(list, 'x'), {
    required: ['a', 'b'],
    pinned: ['c'],
    forbidden: ['d'],
    abstain: 'n',
    applied: ['r: a,b', 'p: c', 'f: d', 'n: '],
  })
  const { applied } = createRules({ version: '7', list }, 16)({ query: 'x', intent: 'i', require: [] })
  assert.deepEqual(applied[0], { name: 'r', version: '7', effect: 'require', documents: ['a', 'b'] })
})

test('forbid wins over require, of rules and of the request, and require over pin', () => {
  const list = [
    rule('r', { phrases: ['x'], effect: 'require', documents: ['a', 'b'] }),
    rule('p', { phrases: ['x'], effect: 'pin', documents: ['a', 'b', 'c', 'd'] }),
    rule('f', { phrases: ['x'], effect: 'forbid', documents: ['a', 'd', 'e'] }),
  ]
  assert.deepEqual(apply(list, 'x', { require: ids('e', 'g') }), {
    required: ['g', 'b'],
    pinned: ['c'],
    forbidden: ['a', 'd', 'e'],
    abstain: null,
    applied: ['r: b', 'p: c', 'f: a,d,e'],
  })
})

test('what is required stays within its limit, the request first', () => {
  const list = [rule('r', { phrases: ['x'], effect: 'require', documents: ['a', 'b', 'c'] })]
  const { required, applied } = apply(list, 'x', { require: ids('q', 'b'), most: 3 })
  assert.deepEqual(required, ['q', 'b', 'a'])
  assert.deepEqual(applied, ['r: a,b'])
})

test('whatever the rules, no document is in two sets, none that is forbidden gets in, and the limit holds', () => {
  const document = fc.constantFrom('a', 'b', 'c', 'd')
  const effect = fc.constantFrom('require', 'pin', 'forbid', 'abstain')
  const list = fc.array(
    fc
      .record({ effect, documents: fc.uniqueArray(document), intents: fc.constantFrom<string[]>(['lookup'], ['other']) })
      .map((change) => rule('r', change)),
  )
  fc.assert(
    fc.property(list, fc.uniqueArray(document), fc.nat(4), (rules, require, most) => {
      const { required, pinned, forbidden } = apply(rules, 'x', { require: ids(...require), most })
      const all = [...required, ...pinned, ...forbidden]
      assert.equal(new Set(all).size, all.length)
      assert.ok(required.length <= most)
      const wanted = (which: string) =>
        rules.filter((one) => one.effect === which && one.when.intents.includes('lookup')).flatMap((one) => one.documents)
      assert.deepEqual([...forbidden].sort(), [...new Set(wanted('forbid'))].sort())
      assert.ok(pinned.every((id) => wanted('pin').includes(id)))
      if (most >= 4) for (const id of require) assert.ok((required as string[]).includes(id) || (forbidden as string[]).includes(id))
    }),
  )
})

/** By the definition: the words of the phrase stand in the words of the text, one after the other. */
function stands(phrase: string, text: string): boolean {
  const words = phraseWords(text)
  const wanted = phraseWords(phrase)
  const fits = (word: string | undefined, at: number) =>
    phrase.endsWith('*') && at === wanted.length - 1 ? word?.startsWith(wanted[at] ?? '') === true : word === wanted[at]
  return wanted.length > 0 && words.some((_, start) => wanted.every((_word, at) => fits(words[start + at], at)))
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 3 })
const phrase = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '*'))
  .map(([words, end]) => words.join(' ') + end)

test('the finder finds exactly what stands in the text', () => {
  fc.assert(
    fc.property(fc.array(phrase, { maxLength: 8 }), fc.array(word, { maxLength: 12 }), (phrases, words) => {
      const text = words.join(' ')
      const found = createPhraseFinder(phrases.map((one, mark) => ({ phrase: one, mark })))(text)
      assert.deepEqual(
        [...found].sort((a, b) => a - b),
        phrases.flatMap((one, mark) => (stands(one, text) ? [mark] : [])),
      )
    }),
  )
})

test('no question is slow to match: the steps grow with its length, not with its square', () => {
  // The worst that can be written: every word of the question begins every phrase, and none of the phrases ends.
  const long = Array.from({ length: 99 }, () => 'a').join(' ')
  const phrases = Array.from({ length: 500 }, (_, mark) => ({ phrase: `${long} b${mark}`, mark }))
  const find = createPhraseFinder(phrases)
  let reads = 0
  const counted = (words: number) => {
    reads = 0
    const get = Reflect.get(Map.prototype, 'get') as (this: unknown, key: unknown) => unknown
    try {
      Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
        reads += 1
        return get.call(this, key)
      }
      assert.equal(find('a '.repeat(words)).size, 0)
    } finally {
      Map.prototype.get = get
    }
    return reads
  }
  const [half, whole] = [counted(8000), counted(16_000)]
  assert.ok(whole <= 2.1 * half, `${half} reads for 8,000 words, ${whole} for 16,000`)
  assert.ok(whole <= 16_000 * 100, `${whole} reads: at each word at most the longest phrase`)
})
