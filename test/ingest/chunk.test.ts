import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { chunkDocuments, embeddedText } from '../../ingest/chunk/chunk-documents.ts'
import type { ParsedBlock } from '../../ingest/parse/parsed.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import type { Chunk, ParsedDocument } from '../../src/core/types.ts'
import { chunkerOf, chunksOf, forever, INGEST, openModels, parsed, raw, SHARED } from './kit.ts'

const models = openModels()
after(() => models.profiles.close())

interface ChunkedDocument {
  readonly document: ParsedDocument
  readonly blocks: readonly ParsedBlock[]
  readonly chunks: readonly Chunk[]
}

/** What holds for the chunks of every document. */
function checkChunks({ document, blocks, chunks }: ChunkedDocument): void {
  assert.ok(chunks.length > 0)
  let end = 0
  for (const [i, chunk] of chunks.entries()) {
    assert.equal(chunk.ordinal, i)
    assert.equal(chunk.text, document.text.slice(chunk.span.start, chunk.span.end))
    assert.equal(chunk.text, chunk.text.trim())
    assert.ok(chunk.text.isWellFormed() && chunk.text !== '')
    assert.ok(chunk.text.length <= INGEST.chunkCharacters)
    assert.equal(chunk.textHash, textHash(chunk.text))
    assert.ok(chunk.span.start >= end, 'chunks overlap')
    checkGap(document, blocks, end, chunk)
    assert.equal(chunk.previous, chunks[i - 1]?.id ?? null)
    assert.equal(chunk.next, chunks[i + 1]?.id ?? null)
    const between = document.text.slice(end, chunk.span.start)
    assert.equal(chunk.gap, i > 0 && between.trim() === '' ? between : null)
    checkSentences(chunk)
    end = chunk.span.end
  }
  assert.equal(document.text.slice(end).trim(), '', 'text after the last chunk')
  assert.equal(new Set(chunks.map(({ id }) => id)).size, chunks.length)
}

/** Between chunks stand white space and headings that the prefix of the chunk behind them says. */
function checkGap(document: ParsedDocument, blocks: readonly ParsedBlock[], end: number, chunk: Chunk): void {
  let rest = document.text.slice(end, chunk.span.start)
  if (rest.trim() === '') return
  for (const block of blocks) {
    if (block.span.start < end || block.span.end > chunk.span.start) continue
    assert.equal(block.kind, 'heading', `left out: ${rest}`)
    assert.ok(block.label === document.title || chunk.headingPath.includes(block.label), `heading ${block.label} is said nowhere`)
    rest = rest.replace(document.text.slice(block.span.start, block.span.end), '')
  }
  assert.equal(rest.trim(), '')
}

function checkSentences(chunk: Chunk): void {
  let end = 0
  for (const sentence of chunk.sentences) {
    assert.equal(sentence.start, end)
    assert.ok(sentence.end > sentence.start)
    end = sentence.end
  }
  assert.equal(end, chunk.text.length)
  const tokens = chunk.sentenceTokens.o200k_base ?? []
  assert.equal(tokens.length, chunk.sentences.length)
  const sum = tokens.reduce((a, b) => a + b, 0)
  // Longer runs without a seam are over-counted, and then differently in one piece and in several.
  if (/\S{100}/u.test(chunk.text)) return
  assert.equal(sum, models.counters.resolve('o200k_base').count(chunk.text), JSON.stringify(chunk.text))
}

const word = fc.constantFrom(
  'token',
  'Budget',
  'the',
  'of',
  'retrieval',
  'x',
  'Überprüfung',
  '日本語です。',
  '😀',
  'naïve',
  'e.g.',
  'a_b(c)',
  '12.5',
  'https://a.example/b?c=d',
)
const sentence = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => `${words.join(' ')}. `)
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 12 }).map((all) => all.join(''))
const heading = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.array(word, { minLength: 1, maxLength: 8 }))
  .map(([level, words]) => `${'#'.repeat(level)} ${words.join(' ')}`)
const list = fc
  .array(sentence, { minLength: 1, maxLength: 20 })
  .map((items) => items.map((item, i) => `${' '.repeat((i % 3) * 2)}- ${item}`).join('\n'))
const code = fc
  .array(word, { minLength: 1, maxLength: 80 })
  .map((words) => `\`\`\`ts\n${words.map((each, i) => `${i % 5 === 0 ? '\n' : ''}  ${each} {\n  }`).join('\n')}\n\`\`\``)
const table = fc
  .array(fc.tuple(word, sentence), { minLength: 1, maxLength: 30 })
  .map((rows) => ['| Name | Meaning |', '|---|---|', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join('\n'))
const monster = fc.constantFrom(
  'a'.repeat(9000),
  'Zm9v'.repeat(3000),
  '{"a":1,'.repeat(900),
  '😀'.repeat(2500),
  'é'.repeat(3000),
  ' '.repeat(9000) + 'far',
  '!'.repeat(3000),
  'many words without an end '.repeat(400),
)
const block = fc.oneof(
  { weight: 6, arbitrary: paragraph },
  { weight: 5, arbitrary: heading },
  { weight: 2, arbitrary: list },
  { weight: 2, arbitrary: code },
  { weight: 2, arbitrary: table },
  { weight: 1, arbitrary: monster },
)
const markdown = fc.array(block, { minLength: 1, maxLength: 25 }).map((blocks) => blocks.join('\n\n'))
const title = fc.oneof(
  fc.constant(null),
  fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' ')),
  fc.constant('Long title '.repeat(60)),
)

test('chunks of any Markdown keep their promises and their limit', async () => {
  const chunker = await chunkerOf(models)
  const documents = fc
    .sample(fc.tuple(markdown, title), { numRuns: 250, seed: 7 })
    .map(([text, name], i) => raw(`d${i}`, text, { title: name }))
  const chunked = await chunksOf(chunker, documents)
  for (const each of chunked) checkChunks(each)
  const texts = chunked.flatMap(({ chunks }) => chunks.map(embeddedText))
  const counts = await chunker.measure.count(texts, { signal: new AbortController().signal, deadline: Infinity })
  assert.ok(texts.length > 1000)
  assert.ok(Math.max(...counts) <= INGEST.maxTokens, `the largest has ${Math.max(...counts)} tokens`)
})

test('the same document has the same chunks, whatever stands beside it', async () => {
  const chunker = await chunkerOf(models)
  const [document, other] = fc.sample(markdown, { numRuns: 2, seed: 3 }).map((text, i) => raw(`d${i}`, text)) as [
    ReturnType<typeof raw>,
    ReturnType<typeof raw>,
  ]
  const [alone] = await chunksOf(chunker, [document])
  const [, beside] = await chunksOf(chunker, [other, document])
  assert.deepEqual(beside?.chunks, alone?.chunks)
})

async function outline(content: string, changes = {}): Promise<readonly [string, string][]> {
  const [only] = await chunksOf(await chunkerOf(models), [raw('d', content, changes)])
  return (only?.chunks ?? []).map((chunk) => [chunk.headingPath.join(' > '), chunk.text])
}
const prose = (words: number): string =>
  `${Array.from({ length: words }, (_, i) => ['budget', 'packs', 'the', 'passage'][i % 4]).join(' ')}.`

test('chunks know the pages that they stand on', async () => {
  const [source] = await Promise.all([parsed(raw('d', ['One page.', 'Another page.'].join('\n\n'), { mediaType: 'text/plain' }))])
  const paged = { ...source, pageStarts: [0, 11] }
  const chunker = await chunkerOf(models)
  const [both] = await chunkDocuments([paged], chunker, forever)
  assert.ok(both !== undefined && 'chunks' in both)
  assert.deepEqual(
    both.chunks.map(({ pages }) => pages),
    [[1, 2]],
  )
  const [whole] = await chunkDocuments([paged], { ...chunker, declaration: { ...chunker.declaration, unit: 'document' } }, forever)
  assert.deepEqual(whole !== undefined && 'chunks' in whole ? whole.chunks[0]?.pages : null, [1, 2])
})

test('a heading goes into the path of what it heads; the title is not repeated', async () => {
  assert.deepEqual(await outline(`# Keys\n\n## Rotate\n\n${prose(120)}\n\n## Revoke\n\n${prose(130)}`), [
    ['Rotate', prose(120)],
    ['Revoke', prose(130)],
  ])
})

test('small sections are merged under what they have in common, their headings in the text', async () => {
  assert.deepEqual(await outline('# Keys\n\n## Use\n\n### Rotate\n\nTurn it.\n\n### Revoke\n\nDrop it.'), [
    ['Use', '### Rotate\n\nTurn it.\n\n### Revoke\n\nDrop it.'],
  ])
})

test('a heading alone is never a chunk, unless there is nothing else', async () => {
  const chunks = await outline(`${prose(190)}\n\n## Empty\n\n## Full\n\n${prose(190)}\n\n## Last`)
  assert.ok(chunks.every(([, text]) => text.includes('budget packs')))
  assert.ok(chunks.some(([, text]) => text.includes('## Empty')))
  assert.ok(chunks.some(([, text]) => text.includes('## Last')))
  assert.deepEqual(await outline('## Only'), [['', '## Only']])
})

test('a table that is parted carries its header in the heading path of its later parts', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `| name_${i} | ${prose(8)} |`)
  const chunks = await outline(`## Settings\n\n| Name | Meaning |\n|------|------|\n${rows.join('\n')}`)
  assert.ok(chunks.length > 2)
  assert.equal(chunks[0]?.[0], 'Settings')
  for (const [path, text] of chunks.slice(1)) {
    assert.equal(path, 'Settings > Name | Meaning')
    assert.ok(text.startsWith('| name_') && text.endsWith('|'))
  }
})

test('code is parted at blank lines before anything else', async () => {
  const part = (name: string) => `function ${name}() {\n${Array.from({ length: 12 }, (_, i) => `  call_${name}(${i})`).join('\n')}\n}`
  const chunks = await outline(`\`\`\`js\n${['a', 'b', 'c', 'd'].map(part).join('\n\n')}\n\`\`\``)
  assert.ok(chunks.length > 1)
  for (const [, text] of chunks.slice(1)) assert.match(text, /^function/)
})

test('an unbroken run is cut inside words, never inside a character', async () => {
  const chunks = await outline('👩‍👩‍👧'.repeat(1500), { mediaType: 'text/plain' })
  assert.ok(chunks.length > 1)
  for (const [, text] of chunks) assert.match(text, /^(?:👩‍👩‍👧)+$/u)
})

test('with unit document every document is one chunk, whatever its length', async () => {
  const chunker = await chunkerOf(models, { unit: 'document' })
  const [long] = await chunksOf(chunker, [raw('d', `# T\n\n${prose(50)}\n\n`.repeat(30))])
  assert.equal(long?.chunks.length, 1)
  assert.ok(long.chunks[0])
  checkSentences(long.chunks[0])
  assert.equal(long.chunks[0].text, long.document.text.trim())
})

test('a document with too many chunks fails alone', async () => {
  const chunker = await chunkerOf(models, {}, { ...INGEST, documentChunks: 2 })
  await assert.rejects(chunksOf(chunker, [raw('d', `${prose(100)}\n\n`.repeat(10))]), { code: 'document_too_large' })
})

const tree = `${SHARED}corpora/fastify`
test('real documentation keeps the promises too', { skip: existsSync(tree) ? false : `${tree} is not here` }, async () => {
  const documents = globSync(`${tree}/**/*.md`)
    .sort()
    .map((path) => raw(path.slice(tree.length), readFileSync(path, 'utf8')))
  const chunker = await chunkerOf(models)
  const chunked = await chunksOf(chunker, documents)
  for (const each of chunked) checkChunks(each)
  const counts = await chunker.measure.count(
    chunked.flatMap(({ chunks }) => chunks.map(embeddedText)),
    { signal: new AbortController().signal, deadline: Infinity },
  )
  assert.ok(Math.max(...counts) <= INGEST.maxTokens)
})

test('other work has its turn between the chunks of a long document', async () => {
  let turn = 0
  let ticking = setImmediate(function tick() {
    turn++
    ticking = setImmediate(tick)
  })
  const turns: number[] = []
  const resolve = (name: string) => {
    turns.push(turn)
    return models.counters.resolve(name)
  }
  const chunker = { ...(await chunkerOf(models)), counters: { resolve } }
  const [long] = await chunksOf(chunker, [raw('long', 'A sentence of a long document. '.repeat(1000))])
  clearImmediate(ticking)
  assert.ok((long?.chunks.length ?? 0) > 20)
  assert.equal(new Set(turns).size, long?.chunks.length)
})
