import type { RawDocument } from '../../src/core/types.ts'
import { detect } from './detect.ts'
import { parseDocument, type ParsedSource } from './parse.ts'
import type { ParserSettings } from './parse-settings.ts'
import { sanitise } from './sanitise.ts'

/** What a child process does with one document: find out what it is, parse it, and leave out what nobody sees. */
export async function parseOne(raw: RawDocument, hash: string, settings: ParserSettings): Promise<ParsedSource> {
  const { mediaType, content, warnings } = await detect(raw)
  const parsed = await parseDocument({ ...raw, mediaType, content }, hash, settings)
  return sanitise({ ...parsed, warnings: [...warnings, ...parsed.warnings] })
}
