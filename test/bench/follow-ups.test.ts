import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConversations } from '../../bench/follow-ups/conversations.ts'
import { resolveAll } from '../../bench/follow-ups/measure.ts'
import type { FollowUpsResult } from '../../bench/follow-ups/result.ts'
import { locate } from '../../src/core/golden/locate.ts'
import { folderOf, jsonLines } from './folders.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

const root = join(import.meta.dirname, '..', '..')
const place = { doc: 'keys.md', passage: 'rotate keys with care' }
const conversation = (id: string, ...turns: readonly object[]) => ({ id, turns: [{ question: 'how to rotate keys', ...place }, ...turns] })
const FOLLOW_UP = { question: 'and at what cost?', standalone: 'what it is to rotate keys', ...place }
const SWITCH = { question: 'price of budget tokens', switch: true, doc: 'budget.md', passage: 'tokens cost' }
const FILES = {
  'docs/keys.md': '# Keys\n\nrotate keys with care',
  'docs/budget.md': 'budget of tokens price\n\ntokens cost',
  'complete.jsonl': jsonLines([{ question: 'budget of tokens' }, { text: 'and keys?' }]),
}

const line = async (t: TestContext, conversations: readonly object[]) => {
  const folder = await folderOf(t, { ...FILES, 'c.jsonl': jsonLines(conversations) })
  const files = [
    '--conversations',
    join(folder, 'c.jsonl'),
    '--documents',
    join(folder, 'docs'),
    '--complete',
    join(folder, 'complete.jsonl'),
  ]
  return ['follow-ups', '--profile', 'tiny', '--cache', join(folder, 'cache'), ...files]
}

test('figures of a few conversations can be redone by hand', async (t) => {
  // Six names, so that both halves have some.
  const conversations = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => conversation(id, FOLLOW_UP, SWITCH))
  const { json, code } = await runBench(await line(t, conversations), createTinyStore(), true)
  const { splits, complete } = json as FollowUpsResult
  assert.equal(code, 0)
  assert.equal(splits.dev.conversations + splits.test.conversations, 6)
  for (const { follow_ups, switches, recognised, polluted, conversations: count, ...figures } of [splits.dev, splits.test]) {
    assert.ok(count > 0)
    assert.deepEqual([follow_ups, switches, recognised, polluted], [count, count, 1, 0])
    // "cost" alone leads to another document; with "rotate keys" two words lead to this one.
    assert.equal(figures['follow_up_recall@1'].carried, 1)
    assert.equal(figures['follow_up_recall@1'].by_hand, 1)
    assert.ok(figures['follow_up_recall@1'].alone < 1)
    assert.deepEqual(figures['switch_recall@5'], { alone: 1, carried: 1 })
  }
  assert.deepEqual(complete, [{ name: 'complete', questions: 2, carried_into: 1 }])
})

test('the tables have a line for each half and kind, and one for each file of complete questions', async (t) => {
  const { tables } = await runBench(
    await line(t, [conversation('a', FOLLOW_UP, SWITCH), conversation('b', FOLLOW_UP), conversation('c', SWITCH)]),
  )
  assert.deepEqual(
    tables.map(({ rows }) => rows.length),
    [4, 1],
  )
  for (const { head, rows } of tables) for (const row of rows) assert.equal(row.length, head.length)
})

test('bad conversations are refused with their line', async (t) => {
  const read = async (rows: readonly object[]) => readConversations(join(await folderOf(t, { 'c.jsonl': jsonLines(rows) }), 'c.jsonl'), 2)
  const refused = (message: RegExp) => ({ code: 'invalid_dataset', message })
  const good = conversation('a', FOLLOW_UP)
  await assert.rejects(read([good, good]), refused(/conversation a stands twice/))
  await assert.rejects(read([good, { ...good, id: 'b' }, { ...good, id: 'c' }]), refused(/more than 2 conversations/))
  await assert.rejects(read([conversation('a')]), refused(/c\.jsonl:1: field "turns" is not a list of 2 to 20/))
  await assert.rejects(read([conversation('a', { ...FOLLOW_UP, standalone: undefined })]), refused(/"standalone" is not a string/))
  await assert.rejects(read([conversation('a', { ...FOLLOW_UP, passage: ' ' })]), refused(/"passage" is blank/))
  await assert.rejects(read([]), refused(/no conversation/))
})

test('every passage of the conversations stands in docs/, and there are enough of each kind', async () => {
  const conversations = await readConversations(join(root, 'bench', 'cases', 'follow-ups.jsonl'))
  const turns = conversations.flatMap((each) => each.turns)
  for (const { id, doc, passage } of turns) {
    assert.ok(locate(await readFile(join(root, 'docs', doc), 'utf8'), passage) !== null, `${id}: its passage no longer stands in ${doc}`)
  }
  assert.ok(conversations.filter(({ turns: [, second] }) => second?.kind === 'follow_up').length >= 40)
  assert.ok(turns.filter(({ kind }) => kind === 'switch').length >= 30)
})

test('earlier turns are those of the conversation, as they were searched', () => {
  const searched = resolveAll(['how to rotate keys', 'how long does it take?', 'and for admins?'].map((question) => ({ question })))
  assert.deepEqual(
    searched.map((each) => each.searched),
    ['how to rotate keys', 'rotate keys how long does it take?', 'rotate keys for admins?'],
  )
})
