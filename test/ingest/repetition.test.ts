import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import { forever, raw } from './kit.ts'
import { openPool } from './parser-kit.ts'

const TYPES = ['markdown', 'mdx', 'html', 'plain', 'csv', 'tab-separated-values', 'json', 'x-code'].map((name) => `text/${name}`)
const CHARACTERS = 8000

/** What makes patterns and parsers look at one place again and again. */
const PIECES = [
  ...[' ', '\n', '\t\n', '\n \n', 'a ', '\\', 'a\u0300', '\u200b', '\u{1f3f4}\u{e0061}'],
  ...['[', '](', '![](', '[a]: b\n', '`', '``` ', '*a', '_', '> ', '- ', '1. ', '# ', '---\n', 'a\n=\n', '|', '| a |\n', '- a\n  - b\n'],
  ...['<', '<a ', '<!--', '<!-', '<?xml', '<p>', '</p>', '<li>', '<td>', '<pre>', '<A ', '<A>a', '&lt;', '<p style="display:'],
  ...['"', '",', ',', '"a\n', '"a""b",', '{', '[1,', '{"a":', '(', 'a(', 'a(b ', 'export ', 'import a\n', 'import {\n', 'async static '],
]

test('one piece repeated without end is parsed, or refused for what it is, in moments', async (context) => {
  const pool = await openPool({ timeMs: 20_000, batchDocuments: 1 }, { context })
  const outcome = async (mediaType: string, piece: string): Promise<string> => {
    const content = Buffer.from(piece.repeat(Math.ceil(CHARACTERS / piece.length)) + 'x')
    return pool.parse({ ...raw('d', '', { mediaType }), content }, 'h', forever).then(
      () => 'parsed',
      (error: unknown) => (error instanceof AppError ? error.code : 'failed'),
    )
  }
  for (const type of TYPES) {
    const outcomes = await Promise.all(PIECES.map((piece) => outcome(type, piece)))
    const slow = PIECES.filter((_, at) => !['parsed', 'invalid_document', 'document_unreadable'].includes(outcomes[at] ?? ''))
    assert.deepEqual(slow, [], type)
  }
})
