import { DOCX, PDF } from './detect.ts'
import type { ParsedContent } from './parsed.ts'
import type { FormatSettings } from './parse-settings.ts'
import { parseMarkdown } from './markdown.ts'
import { parsePlainText } from './plain-text.ts'

export type TextParser = (content: string, settings: FormatSettings) => ParsedContent | Promise<ParsedContent>
export type FileParser = (content: Uint8Array, settings: FormatSettings) => Promise<ParsedContent>

/** Text formats by media type. What only some documents need is loaded by the first that does: a process that parses Markdown stays small. */
export const TEXT_PARSERS: Readonly<Record<string, TextParser>> = {
  'text/markdown': parseMarkdown,
  'text/plain': parsePlainText,
  'text/mdx': async (content) => (await import('./mdx.ts')).parseMdx(content),
  'text/html': async (content) => (await import('./html.ts')).parseHtml(content),
}

/** Formats that are no text. */
export const FILE_PARSERS: Readonly<Record<string, FileParser>> = {
  [PDF]: async (content, settings) => (await import('./pdf/pdf.ts')).parsePdf(content, settings),
  [DOCX]: async (content, settings) => (await import('./docx/docx.ts')).parseDocx(content, settings),
}

export const SUPPORTED: readonly string[] = [...Object.keys(TEXT_PARSERS), ...Object.keys(FILE_PARSERS)]
