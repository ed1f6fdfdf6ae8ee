import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { isUnread } from '../../ingest/unpack/unread.ts'
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
