import { AppError } from '../../src/core/errors.ts'
import type { Metadata, ParsedDocument, RawDocument } from '../../src/core/types.ts'
import { decodeText } from './decode-text.ts'
import { FILE_PARSERS, isSourceCode, SUPPORTED, textParserOf } from './formats.ts'
import { essence } from './media-types.ts'
import type { ParsedBlock, ParsedContent } from './parsed.ts'
import type { FormatSettings } from './parse-settings.ts'
import { parsePlainText } from './plain-text.ts'

export interface ParsedSource {
  readonly document: ParsedDocument
  readonly blocks: readonly ParsedBlock[]
  /** Offset in the text where page i + 1 begins; empty without pages. */
  readonly pageStarts: readonly number[]
  /** What a reader should know about the way the text came about. */
  readonly warnings: readonly string[]
}

/**
 * Text with structure from what a source handed over, its media type being what its content is (detect.ts). Rejects `document_too_large`,
 * `unsupported_media_type`, `document_unreadable` for what its format forbids, `parser_limit` and, for text that is none, halves of surrogate pairs,
 * oversized metadata or nothing to read, `invalid_document`. A document without text but with a title has its title as text.
 */
export async function parseDocument(raw: RawDocument, hash: string, settings: FormatSettings): Promise<ParsedSource> {
  checkNames(raw)
  const parsed = await parseContent(raw, settings)
  if (parsed.text.length > settings.outputCharacters) {
    throw new AppError('parser_limit', `The text of the document is over ${settings.outputCharacters} characters`, {
      limit: 'output_characters',
      maximum: settings.outputCharacters,
    })
  }
  const title = cutTitle(raw.title?.trim() || parsed.title || titleOfUri(raw), settings.titleCharacters)
  const content = parsed.text.trim() === '' && title !== '' ? parsePlainText(title) : parsed
  if (content.text.trim() === '') throw new AppError('invalid_document', 'The document has no text')
  const metadata = checkMetadata({ ...parsed.metadata, ...raw.metadata }, settings.metadataBytes)
  const { id, uri } = raw
  return {
    document: { id, title, uri, mediaType: essence(raw.mediaType), text: content.text, metadata, contentHash: hash },
    blocks: content.blocks,
    pageStarts: content.pageStarts ?? [],
    warnings: parsed.warnings ?? [],
  }
}

function parseContent(raw: RawDocument, settings: FormatSettings): ParsedContent | Promise<ParsedContent> {
  const type = essence(raw.mediaType)
  const parseFile = FILE_PARSERS[type]
  if (parseFile !== undefined) {
    if (typeof raw.content === 'string') throw new AppError('document_unreadable', `A text is no ${type}: send the bytes of the file`)
    checkSize(raw.content.byteLength, settings.fileBytes, 'parse.file_bytes')
    return parseFile(raw.content, settings)
  }
  const parseText = textParserOf(type)
  if (parseText === null) {
    throw new AppError('unsupported_media_type', `${raw.mediaType || 'An empty media type'} cannot be parsed`, { supported: SUPPORTED })
  }
  checkSize(Buffer.byteLength(raw.content), settings.documentBytes, 'ingest.document_bytes')
  return parseText(textOf(raw.content), settings)
}

function checkSize(bytes: number, limit: number, setting: string): void {
  if (bytes > limit) throw new AppError('document_too_large', `${bytes} bytes are more than the ${limit} of ${setting}`, { bytes, limit })
}

/** Bytes of a text format reach this only where nobody has looked at them before. */
function textOf(content: string | Uint8Array): string {
  const text = typeof content === 'string' ? content : decodeText(content)?.text
  if (text === undefined || text.includes('\0')) throw new AppError('invalid_document', 'The content holds NUL characters: it is not text')
  if (!text.isWellFormed()) throw new AppError('invalid_document', 'The document holds half of a surrogate pair, which is no character')
  return text
}

function checkNames(raw: RawDocument): void {
  if (raw.id.length < 1 || raw.id.length > 512 || /[\p{Cc}]/u.test(raw.id)) {
    throw new AppError('invalid_document', 'An id has 1 to 512 characters and no control characters')
  }
  if (![raw.id, raw.title ?? '', raw.uri ?? ''].every((text) => text.isWellFormed())) {
    throw new AppError('invalid_document', 'The document holds half of a surrogate pair, which is no character')
  }
}

/** JSON escapes half of a pair; with one more backslash in front it is text about an escape. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/u

function checkMetadata(metadata: Metadata, limit: number): Metadata {
  const json = JSON.stringify(metadata)
  if (Buffer.byteLength(json) > limit) throw new AppError('invalid_document', `The metadata is over ${limit} bytes`, { limit })
  if (LONE_SURROGATE.test(json))
    throw new AppError('invalid_document', 'The metadata holds half of a surrogate pair, which is no character')
  return metadata
}

function cutTitle(title: string, characters: number): string {
  const line = title.toWellFormed().replace(/\s+/gu, ' ').trim()
  return line.length <= characters
    ? line
    : `${line
        .slice(0, characters - 1)
        .toWellFormed()
        .replace(/\uFFFD$/u, '')
        .trimEnd()}…`
}

/** The name of the file; without its extension, unless it is one of source code. */
function titleOfUri({ uri, mediaType }: RawDocument): string {
  const name =
    (uri ?? '')
      .replace(/[?#].*$/u, '')
      .split('/')
      .at(-1) ?? ''
  return isSourceCode(essence(mediaType)) ? name : name.replace(/\.[A-Za-z0-9]{1,8}$/u, '')
}
