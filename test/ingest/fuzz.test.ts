import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isUnread } from '../../ingest/unpack/unread.ts'
import { AppError } from '../../src/core/errors.ts'
import { tarOf, zipOf } from './archive-kit.ts'
import { forever, raw, SHARED } from './kit.ts'
import { generator, mutate } from './mutate.ts'
import { openPool } from './parser-kit.ts'

/** `RATION_FUZZ_CASES=20000 RATION_FUZZ_SEED=7 node --test test/ingest/fuzz.test.ts` looks longer, at other cases. */
const CASES = Number(process.env['RATION_FUZZ_CASES'] ?? 150)
const SEED = Number(process.env['RATION_FUZZ_SEED'] ?? 1)
const TIME_MS = 20_000
const AT_ONCE = 16
/** A book is copied and parsed for seconds: a few of the cases are as large. */
const LARGE_BYTES = 200_000
const LARGE_SHARE = 40

interface Sample {
  readonly name: string
  readonly bytes: Buffer
}

async function samples(): Promise<readonly Sample[]> {
  const fixtures = join(import.meta.dirname, 'fixtures')
  const texts = ['guide.html'].map((name) => ({ name, bytes: readFileSync(join(fixtures, name)) }))
  const markdown = Buffer.from(
    '---\ntitle: T\n---\n\n# Head\n\n- a\n  - b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nx\n```\n\n> q\n'.repeat(20),
  )
  const files = { 'a.md': markdown, 'b/c.csv': 'a,b\n1,2\n', 'd.json': '[{"id":1,"text":"x"}]' }
  const tar = await tarOf(files)
  const made: Sample[] = [
    { name: 'a.md', bytes: markdown },
    { name: 'a.csv', bytes: Buffer.from('name,value,text\n"a ""b""",1,"two\nlines"\nc,2,d\n'.repeat(40)) },
    { name: 'a.json', bytes: Buffer.from(JSON.stringify({ a: [1, { b: 'text' }], c: { d: null } })) },
    { name: 'a.jsonl', bytes: Buffer.from('{"id":"a","text":"one"}\n{"id":"b","text":"two"}\n'.repeat(20)) },
    { name: 'a.zip', bytes: await zipOf({ ...files, 'in.zip': await zipOf(files) }) },
    { name: 'a.tar', bytes: tar },
    { name: 'a.tgz', bytes: gzipSync(tar) },
  ]
  const shared = join(SHARED, 'files')
  if (!existsSync(shared)) return [...texts, ...made]
  const real = ['pdf', 'docx', 'docx-malformed'].flatMap((folder) =>
    readdirSync(join(shared, folder)).map((name) => ({ name, bytes: readFileSync(join(shared, folder, name)) })),
  )
  return [...texts, ...made, ...real]
}

test(`${CASES} mutated files: each becomes text or a coded error, in time, and the service goes on`, async (context) => {
  const all = await samples()
  const small = all.filter(({ bytes }) => bytes.length <= LARGE_BYTES)
  const pool = await openPool({ timeMs: TIME_MS, children: 2, unpackers: 2 })
  const below = generator(SEED)
  const codes = new Map<string, number>()
  const count = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1)
  let next = 0

  const one = async (number: number): Promise<void> => {
    const pick = below(LARGE_SHARE) === 0 ? all : small
    const sample = pick[below(pick.length)] as Sample
    const other = small[below(small.length)] as Sample
    const content = mutate(sample.bytes, other.bytes, below)
    const begun = performance.now()
    const check = (error: unknown): void => {
      assert.ok(error instanceof AppError, `case ${number} of seed ${SEED}, ${sample.name}: ${String(error)}`)
      count(error.code)
      const isCoded = [
        'invalid_document',
        'unsupported_media_type',
        'document_unreadable',
        'document_too_large',
        'parser_limit',
        'parser_died',
      ].includes(error.code)
      assert.ok(isCoded, `case ${number} of seed ${SEED}, ${sample.name}: ${error.code} ${error.message}`)
      if (error.code === 'parser_died') context.diagnostic(`case ${number} of seed ${SEED}, ${sample.name}: ${error.message}`)
    }
    const document = { ...raw(`${number}-${sample.name}`, '', { mediaType: 'application/octet-stream' }), content }
    for await (const item of pool.unpack(document, forever)) {
      if (isUnread(item)) check(item.error)
      else
        await pool.parse(item, 'h', forever).then(({ document: { text }, blocks }) => {
          count('parsed')
          for (const { span } of blocks) assert.ok(span.start >= 0 && span.end <= text.length && span.start < span.end)
        }, check)
    }
    const ms = performance.now() - begun
    assert.ok(ms < 3 * TIME_MS, `case ${number} of seed ${SEED}, ${sample.name}: ${ms} ms`)
  }
  const worker = async (): Promise<void> => {
    while (next < CASES) await one(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  context.diagnostic([...codes].map(([code, number]) => `${code} ${number}`).join(', '))
  assert.ok((codes.get('parsed') ?? 0) > 0)
  const { document } = await pool.parse(raw('after', '# Fine'), 'h', forever)
  assert.equal(document.text, '# Fine')
})
