import { AppError } from '../../src/core/errors.ts'
import { stableHash } from '../../src/core/text/normalise.ts'
import type { Metadata, ParsedDocument, RawDocument } from '../../src/core/types.ts'
import type { IngestSettings } from '../settings.ts'
import { canonicalJson } from '../../src/core/text/canonical-json.ts'
import { parseHtml } from './html.ts'
import { parseMarkdown } from './markdown.ts'
import { parseMdx } from './mdx.ts'
import type { ParsedBlock, ParsedContent } from './parsed.ts'
import { parsePlainText } from './plain-text.ts'

/** Part of every content hash: moves when the same content would be stored in another way. */
const PARSER_VERSION = 'parse-1'

const PARSERS: Readonly<Record<string, (content: string) => ParsedContent>> = {
  'text/markdown': parseMarkdown,
  'text/mdx': parseMdx,
  'text/html': parseHtml,
  'text/plain': parsePlainText,
}

export interface ParsedSource {
  readonly document: ParsedDocument
  readonly blocks: readonly ParsedBlock[]
}

/** `text/markdown; charset=utf-8` is `text/markdown`. */
const essence = (mediaType: string): string => (mediaType.split(';')[0] ?? '').trim().toLowerCase()

/**
 * Content hash of a document as it came. `chunker` names everything else that decides the stored rows.
 * Known before parsing, so that what has not changed costs nothing.
 */
export function contentHash(raw: RawDocument, chunker: string): string {
  return stableHash(
    PARSER_VERSION,
    chunker,
    essence(raw.mediaType),
    raw.title ?? '',
    raw.title === null ? 'derived' : 'given',
    raw.uri ?? '',
    raw.uri === null ? 'none' : 'given',
    canonicalJson(raw.metadata),
    raw.content,
  )
}

/**
 * Text with structure from what a source handed over. Rejects `document_too_large`, `unsupported_media_type` and, for binary content, halves of
 * surrogate pairs, oversized metadata or nothing to read, `invalid_document`. A document without text but with a title has its title as text.
 */
export function parseDocument(raw: RawDocument, hash: string, settings: IngestSettings): ParsedSource {
  checkRaw(raw, settings)
  const parse = PARSERS[essence(raw.mediaType)]
  if (parse === undefined) {
    throw new AppError('unsupported_media_type', `${raw.mediaType || 'An empty media type'} cannot be parsed`, {
      supported: Object.keys(PARSERS),
    })
  }
  const parsed = parse(raw.content)
  const title = cutTitle(raw.title?.trim() || parsed.title || titleOfUri(raw.uri), settings.titleCharacters)
  const content = parsed.text.trim() === '' && title !== '' ? parsePlainText(title) : parsed
  if (content.text.trim() === '') throw new AppError('invalid_document', 'The document has no text')
  const metadata = checkMetadata({ ...parsed.metadata, ...raw.metadata }, settings.metadataBytes)
  const { id, uri } = raw
  return {
    document: { id, title, uri, mediaType: essence(raw.mediaType), text: content.text, metadata, contentHash: hash },
    blocks: content.blocks,
  }
}

function checkRaw(raw: RawDocument, settings: IngestSettings): void {
  const bytes = Buffer.byteLength(raw.content)
  if (bytes > settings.documentBytes) {
    throw new AppError('document_too_large', `${bytes} bytes are more than ${settings.documentBytes}`, {
      bytes,
      limit: settings.documentBytes,
    })
  }
  if (raw.id.length < 1 || raw.id.length > 512 || /[\p{Cc}]/u.test(raw.id)) {
    throw new AppError('invalid_document', 'An id has 1 to 512 characters and no control characters')
  }
  if (raw.content.includes('\0')) throw new AppError('invalid_document', 'The content holds NUL characters: it is not text')
  const texts = [raw.id, raw.content, raw.title ?? '', raw.uri ?? '']
  if (!texts.every((text) => text.isWellFormed())) {
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
  const line = title.replace(/\s+/gu, ' ').trim()
  return line.length <= characters
    ? line
    : `${line
        .slice(0, characters - 1)
        .toWellFormed()
        .replace(/\uFFFD$/u, '')
        .trimEnd()}…`
}

/** The name of the file, without its extension. */
function titleOfUri(uri: string | null): string {
  const name =
    (uri ?? '')
      .replace(/[?#].*$/u, '')
      .split('/')
      .at(-1) ?? ''
  return name.replace(/\.[A-Za-z0-9]{1,8}$/u, '')
}
