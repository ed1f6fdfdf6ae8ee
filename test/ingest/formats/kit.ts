import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument, type ParsedSource } from '../../../ingest/parse/parse.ts'
import type { FormatSettings } from '../../../ingest/parse/parse-settings.ts'
import { FORMATS, raw, SHARED } from '../kit.ts'

export const PDF = 'application/pdf'
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** A reason to skip where the shared files are absent. */
export const noFiles = existsSync(join(SHARED, 'files')) ? false : '../shared/files is absent'

/** Parses, and checks what holds for every parsed document. */
export async function parse(
  content: string | Uint8Array,
  mediaType: string,
  settings: Partial<FormatSettings> = {},
  uri: string | null = null,
): Promise<ParsedSource> {
  const source = await parseDocument(raw('d', content, { mediaType, uri }), 'hash', { ...FORMATS, ...settings })
  checkSource(source)
  return source
}

export const shared = (file: string): Uint8Array => readFileSync(join(SHARED, 'files', file))

/** Blocks stand inside the text, in order, with nothing but white space around them; so do pages. */
export function checkSource({ document: { text }, blocks, pageStarts }: ParsedSource): void {
  let end = 0
  for (const { span, kind, label, level } of blocks) {
    assert.ok(span.start >= end && span.end > span.start && span.end <= text.length, 'blocks stand in order inside the text')
    assert.equal(text.slice(end, span.start).trim(), '', 'between blocks is white space')
    assert.equal(kind === 'heading', level > 0)
    if (kind === 'heading') assert.notEqual(label, '')
    end = span.end
  }
  assert.equal(text.slice(end).trim(), '')
  assert.ok(text.isWellFormed())
  assert.deepEqual(
    [...pageStarts],
    pageStarts.toSorted((a, b) => a - b),
  )
  for (const start of pageStarts) assert.ok(start >= 0 && start <= text.length)
}

export const kinds = ({ blocks }: ParsedSource): string => blocks.map(({ kind }) => kind).join(' ')
