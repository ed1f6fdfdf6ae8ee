import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { chunkerOf, chunksOf, openModels, raw } from '../kit.ts'
import { parse } from './kit.ts'

const models = openModels()
after(() => models.profiles.close())

const labels = async (content: string, type: string) =>
  (await parse(content, type)).blocks.map(({ label, span }) => [label, content.slice(span.start, span.end).split('\n')[0]])

test('code is stored as it stands, in blocks that begin at the margin, each labelled by what it defines', async () => {
  const text = [
    'import os',
    'import sys',
    '',
    '# Adds.',
    'def add(a, b):',
    '    c = a',
    '',
    '    return c + b',
    '',
    '@cached',
    'class Shop:',
    '    pass',
    '',
    'print(add(1, 2))',
    '',
  ].join('\n')
  assert.equal((await parse(text, 'text/x-python', {}, 'src/shop.py')).document.text, text)
  assert.equal((await parse(text, 'text/x-python', {}, 'src/shop.py')).document.title, 'shop.py')
  assert.deepEqual(await labels(text, 'text/x-python'), [
    ['', 'import os'],
    ['def add(a, b)', '# Adds.'],
    ['class Shop', '@cached'],
    ['', 'print(add(1, 2))'],
  ])
})

test('brackets and branches at the margin end what stands above them', async () => {
  const text = 'int main(void) {\n  one();\n\n} \n\nstatic void next(int a) {\n  if (a) {\n  }\n\n}\n'
  assert.deepEqual(await labels(text, 'text/x-c'), [
    ['int main(void)', 'int main(void) {'],
    ['static void next(int a)', 'static void next(int a) {'],
  ])
})

test('a long class is parted at its methods, which carry the class with them', async () => {
  const method = (name: string) => [
    `  async ${name}(order: Order): Promise<void> {`,
    ...Array<string>(30).fill(`    await this.${name}Step(order)`),
    '  }',
  ]
  const text = ['export class Shop {', '  readonly #db: Db', '', ...method('buy'), '', ...method('sell'), '}', ''].join('\n')
  assert.deepEqual(await labels(text, 'text/x-typescript'), [
    ['export class Shop', 'export class Shop {'],
    ['export class Shop > async buy(order: Order): Promise<void>', '  async buy(order: Order): Promise<void> {'],
    ['export class Shop > async sell(order: Order): Promise<void>', '  async sell(order: Order): Promise<void> {'],
  ])
  const [source] = await chunksOf(await chunkerOf(models), [raw('shop.ts', text, { mediaType: 'text/x-typescript' })])
  const later = source?.chunks.filter(({ text: each }) => !each.includes('async ') && each.includes('sellStep')) ?? []
  assert.ok(later.length > 0)
  for (const { headingPath } of later) assert.deepEqual(headingPath, ['export class Shop > async sell(order: Order): Promise<void>'])
})

test('any text is parsed as code without loss', async () => {
  const line = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('', '}', '  x', 'def f():', 'class A {', '    y()'))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 60 }), async (lines) => {
      const text = lines
        .join('\n')
        .toWellFormed()
        .replace(/[\0\r\uFEFF]/gu, '')
      if (text.trim() === '') return
      assert.equal((await parse(text, 'text/x-go')).document.text, text)
    }),
    { numRuns: 300 },
  )
})
