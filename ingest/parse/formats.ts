import { DOCX, PDF } from './detect.ts'
import type { ParsedContent } from './parsed.ts'
import type { FormatSettings } from './parse-settings.ts'
import { parseMarkdown } from './markdown.ts'
import { parsePlainText } from './plain-text.ts'

export type TextParser = (content: string, settings: FormatSettings) => ParsedContent | Promise<ParsedContent>
export type FileParser = (content: Uint8Array, settings: FormatSettings) => Promise<ParsedContent>

/** Text formats by media type. What only some documents need is loaded by the first that does: a process that parses Markdown stays small. */
const TEXT_PARSERS: Readonly<Record<string, TextParser>> = {
  'text/markdown': parseMarkdown,
  'text/plain': parsePlainText,
  'text/mdx': async (content) => (await import('./mdx.ts')).parseMdx(content),
  'text/html': async (content, settings) => (await import('./html.ts')).parseHtml(content, settings),
  'text/csv': async (content) => (await import('./data/csv.ts')).parseCsv(content),
  'text/tab-separated-values': async (content) => (await import('./data/csv.ts')).parseCsv(content, '\t'),
  'application/json': async (content, settings) => (await import('./data/json.ts')).parseJson(content, settings),
  'application/x-ndjson': async (content, settings) => (await import('./data/json.ts')).parseJsonLines(content, settings),
}

/** Formats that are no text. */
export const FILE_PARSERS: Readonly<Record<string, FileParser>> = {
  [PDF]: async (content, settings) => (await import('./pdf/pdf.ts')).parsePdf(content, settings),
  [DOCX]: async (content, settings) => (await import('./docx/docx.ts')).parseDocx(content, settings),
}

const SOURCE_CODE = 'text/x-'

/** Null for a type that is no text, or not one that is read. */
export function textParserOf(mediaType: string): TextParser | null {
  const found = TEXT_PARSERS[mediaType]
  if (found !== undefined) return found
  return mediaType.startsWith(SOURCE_CODE) ? async (content) => (await import('./source-code.ts')).parseSourceCode(content) : null
}

/** The name of a program is its whole name. */
export const isSourceCode = (mediaType: string): boolean => mediaType.startsWith(SOURCE_CODE)

export const SUPPORTED: readonly string[] = [...Object.keys(TEXT_PARSERS), `${SOURCE_CODE}*`, ...Object.keys(FILE_PARSERS)]
