import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { isUnread } from '../../ingest/unpack/unread.ts'
import type { ParserSettings } from '../../ingest/parse/parse-settings.ts'
import type { ParsedSource } from '../../ingest/parse/parse.ts'
import { forever, raw, SHARED } from './kit.ts'
import { openPool } from './parser-kit.ts'

interface Listed {
  readonly file: string
  readonly note: string
  readonly pdfjs4?: { readonly pages?: number; readonly textChars?: number; readonly opensWith?: string }
}

const FILES = join(SHARED, 'files')
const skip = existsSync(FILES) ? false : 'the files of ../shared are not there'
const manifest = skip ? [] : (JSON.parse(readFileSync(join(FILES, 'MANIFEST.json'), 'utf8')) as readonly Listed[])
const pool = await openPool()

const documentOf = (file: string): RawDocument => ({
  ...raw(file, '', { uri: file, mediaType: 'application/octet-stream' }),
  content: readFileSync(join(FILES, file)),
})

/** Everything that a file becomes on its way through the pool: texts, or codes with a reason. */
async function outcomes(file: string): Promise<readonly (ParsedSource | string)[]> {
  const results: (ParsedSource | string)[] = []
  const told = (error: unknown): string => {
    assert.ok(error instanceof AppError, `${file}: ${String(error)}`)
    return `${error.code} ${String(error.details['reason'])}`
  }
  for await (const item of pool.unpack(documentOf(file), forever)) {
    results.push(isUnread(item) ? told(item.error) : await pool.parse(item, 'h', forever).catch(told))
  }
  return results
}

/** What cannot become text, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'pdf/libreoffice-writer-password.pdf': 'document_unreadable encrypted',
  'pdf/imagemagick-images.pdf': 'document_unreadable scanned',
  'docx/tiny-picture.docx': 'document_unreadable no_text',
  'docx-malformed/empty.docx': 'document_unreadable no_text',
  'docx-malformed/empty.zip': 'document_unreadable empty',
}

test('the manifest lists 33 files', { skip }, () => assert.equal(manifest.length, 33))

for (const { file, pdfjs4 } of manifest) {
  test(`real file: ${file}`, { skip }, async () => {
    const [outcome, ...more] = await outcomes(file)
    assert.equal(more.length, 0)
    if (REFUSED[file] !== undefined) {
      assert.equal(outcome, REFUSED[file])
      return
    }
    if (typeof outcome !== 'object') assert.fail(outcome)
    const { document, blocks, pageStarts } = outcome
    assert.ok(document.text.trim().length > 0 && blocks.length > 0)
    for (const { span } of blocks) assert.ok(document.text.slice(span.start, span.end).trim().length > 0)
    if (pdfjs4?.pages === undefined) return
    assert.equal(pageStarts.length, pdfjs4.pages)
    assert.deepEqual(
      [...pageStarts].sort((a, b) => a - b),
      pageStarts,
    )
    const visible = document.text.replace(/\s/gu, '').length
    assert.ok(visible > 0.6 * (pdfjs4.textChars ?? 0), `${visible} characters of ${pdfjs4.textChars ?? 0}`)
  })
}

test('an archive holds what it holds: hello.zip is one text', { skip }, async () => {
  const [hello] = await outcomes('docx-malformed/hello.zip')
  assert.ok(typeof hello === 'object' && /hello/iu.test(hello.document.text))
  assert.equal(hello.document.id, 'docx-malformed/hello.zip/hello')
})

test('limits met by real files: pages, text, time, memory, markup', { skip }, async (context) => {
  const limited = async (file: string, changes: Partial<ParserSettings>) => {
    const tight = await openPool(changes, { context })
    const error: unknown = await tight.parse(documentOf(file), 'h', forever).then(
      () => null,
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof AppError, `${file} ${JSON.stringify(changes)}`)
    return [error.code, error.details['limit']]
  }
  const book = 'pdf/GeoTopo-komprimiert.pdf'
  assert.deepEqual(await limited('pdf/pdflatex-4-pages.pdf', { pages: 3 }), ['parser_limit', 'pages'])
  assert.deepEqual(await limited('pdf/pdflatex-4-pages.pdf', { outputCharacters: 5000 }), ['parser_limit', 'output_characters'])
  assert.deepEqual(await limited('docx/chapter03.docx', { outputCharacters: 5000 }), ['parser_limit', 'output_characters'])
  assert.deepEqual(await limited(book, { timeMs: 100, watchMs: 10 }), ['parser_limit', 'time_ms'])
  assert.deepEqual(await limited(book, { memoryBytes: 100 * 1024 * 1024, watchMs: 5 }), ['parser_limit', 'memory_bytes'])
  assert.deepEqual(await limited(book, { fileBytes: 1_000_000 }), ['document_too_large', 1_000_000])
  assert.deepEqual(await limited('docx/chapter03.docx', { archiveEntries: 3 }), ['parser_limit', 'archive_entries'])
  assert.deepEqual(await limited('docx/chapter03.docx', { archiveBytes: 10_000 }), ['parser_limit', 'archive_bytes'])
  assert.equal((await limited('docx/chapter03.docx', { markupDepth: 8 }))[0], 'document_unreadable')
})
