import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { delimiterOf } from '../../../ingest/parse/data/delimiter.ts'
import { kinds, parse } from './kit.ts'

const csv = async (content: string) => parse(content, 'text/csv', {}, 'prices.csv')

test('separated values become a table with their header', async () => {
  const { document, blocks, warnings } = await csv('\uFEFFname;qty;note\r\nBolt;1;"x; ""y"""\r\nNut;2;"two\nlines | bar"\r\n\r\n')
  assert.equal(document.text, '| name | qty | note |\n| --- | --- | --- |\n| Bolt | 1 | x; "y" |\n| Nut | 2 | two lines \\| bar |')
  assert.equal(document.title, 'prices')
  assert.deepEqual([blocks.map(({ kind }) => kind), warnings], [['table'], []])
})

test('rows of another length are kept and warned of', async () => {
  const { document, warnings } = await csv('a,b\n1,2\n3\n4,5,6\n')
  assert.equal(document.text, '| a | b |  |\n| --- | --- | --- |\n| 1 | 2 |  |\n| 3 |  |  |\n| 4 | 5 | 6 |')
  assert.deepEqual(warnings, ['2 of 3 rows have more or fewer cells than the header, row 3 first'])
})

test('a table without a header has none', async () => {
  const { document } = await csv('1,2\n3,4\n')
  assert.equal(document.text, '|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |')
})

test('long rows are records with the name before each value', async () => {
  const answer = 'An answer of many words. '.repeat(30).trim()
  const { document, blocks } = await csv(`question,answer\nWhy?,"${answer}"\nHow?,"${answer}"\n`)
  assert.equal(document.text, `- question: Why?\n- answer: ${answer}\n\n- question: How?\n- answer: ${answer}`)
  assert.deepEqual(kinds({ blocks } as never), 'list list')
})

test('a quote that is never closed costs no row', async () => {
  const { document, warnings } = await csv('a,b\n"1,2\n3,4\n')
  assert.match(document.text, /\| "1 \| 2 \|\n\| 3 \| 4 \|/u)
  assert.match(warnings[0] ?? '', /quote is never closed/u)
})

test('delimiters are told apart', () => {
  assert.equal(delimiterOf('a;b;c\n1,5;2;3\n2,5;3;4'), ';')
  assert.equal(delimiterOf('a\tb\n1, 2\t3\n4, 5\t6'), '\t')
  assert.equal(delimiterOf('a|b\n1|2'), '|')
  assert.equal(delimiterOf('"x;y;z",1\n"a;b;c",2'), ',')
  assert.equal(delimiterOf('one\ntwo'), ',')
})

test('tabs part the values of TSV whatever else stands there', async () => {
  const { document } = await parse('a,x\tb\n1,2\t3\n', 'text/tab-separated-values')
  assert.equal(document.text, '| a,x | b |\n| --- | --- |\n| 1,2 | 3 |')
})

test('any table that a program writes is read cell by cell', async () => {
  const cell = fc.string({ minLength: 0, maxLength: 12 }).filter((text) => text.isWellFormed() && !/[\p{Cc}]/u.test(text))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 2, maxLength: 5 }), async (rows) => {
      const all = [['n a', 'n b', 'n c', 'n d'], ...rows]
      const written = all.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n')
      const { document } = await parse(written, 'text/csv')
      for (const each of rows.flat()) {
        assert.ok(document.text.includes(each.replace(/\s+/gu, ' ').trim().replaceAll('|', '\\|')), each)
      }
    }),
    { numRuns: 200 },
  )
})

const json = async (value: unknown) => parse(JSON.stringify(value), 'application/json')

test('half of a surrogate pair that JSON escapes is stored as a sign of its own', async () => {
  const { document } = await parse('{"title":"\\ud800","a\\udc00":"x \\ud83d\\ude00 \\ud83d y"}', 'application/json')
  assert.equal(document.text, 'title: \ufffd\n"a\\udc00": x 😀 \ufffd y')
  assert.equal(document.title, '\ufffd')
})

test('JSON becomes lines that say where they stand', async () => {
  const { document, blocks } = await json({
    name: 'shop',
    open: true,
    server: { 'http port': 80, hosts: ['a', 'b'], none: null, empty: '' },
    rules: [{ id: 1 }],
  })
  assert.equal(document.text, 'name: shop\nopen: true\n\nserver."http port": 80\nserver.hosts[0]: a\nserver.hosts[1]: b\n\nrules[0].id: 1')
  assert.equal(document.title, 'shop')
  assert.equal(blocks.length, 3)
})

test('long values of JSON are paragraphs', async () => {
  const text = 'A sentence of a few words. '.repeat(20).trim()
  const { document, blocks } = await json([{ a: 1, text, b: 2 }])
  assert.equal(document.text, `[0].a: 1\n\n[0].text: ${text}\n\n[0].b: 2`)
  assert.equal(kinds({ blocks } as never), 'code paragraph code')
})

test('what is no JSON is text, with a warning', async () => {
  const { document, warnings } = await parse('{ // comment\n "a": 1 }', 'application/json')
  assert.equal(document.text, '{ // comment\n "a": 1 }')
  assert.deepEqual(warnings, ['not valid JSON: read as text'])
})

test('JSON lines: each line by itself', async () => {
  const { document, warnings } = await parse('{"a":1}\n\nbroken\n{"b":{"c":"x"}}\n', 'application/x-ndjson')
  assert.equal(document.text, 'a: 1\n\nbroken\n\nb.c: x')
  assert.deepEqual(warnings, ['1 line is not valid JSON: read as text'])
})

test('JSON nested without end is refused', async () => {
  const deep = '['.repeat(5000) + '1' + ']'.repeat(5000)
  await assert.rejects(parse(deep, 'application/json'), { code: 'document_unreadable', message: /deeper than 400/u })
})

test('every string of any JSON is found in its text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const leaves: string[] = []
      JSON.stringify(value, (_, each: unknown) => {
        if (typeof each === 'string' && each.isWellFormed() && !each.includes('\0') && each.trim() !== '') leaves.push(each)
        return each
      })
      const source = JSON.stringify(value)
      if (leaves.length === 0 || source.includes('\\u0000')) return
      const { document } = await parse(source, 'application/json')
      for (const leaf of leaves) assert.ok(document.text.includes(leaf.replace(/\s+/gu, ' ').trim()), leaf)
    }),
    { numRuns: 200 },
  )
})
