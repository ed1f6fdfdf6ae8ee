import { codeOf } from '../../src/core/error-code.ts'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { Json, Metadata, RawDocument } from '../../src/core/types.ts'
import type { SourceSettings } from '../settings.ts'
import type { SourceItem } from './source.ts'
import { textLines } from './text-lines.ts'

/** What a line may have beside the text of its document: id, title, metadata, and their JSON escapes. */
const LINE_SLACK_BYTES = 1_048_576

/**
 * Documents of a file in JSON lines: `_id` or `id`, `text` or `content`, and where they are there `title`, `uri` or `url`, `media_type` (default
 * `text/plain`) and `metadata`. Every other key goes into the metadata. A bad line is a failure named `<file>:<line>`; the rest goes on.
 */
export async function* jsonLines(path: string, name: string, settings: SourceSettings): AsyncGenerator<SourceItem> {
  try {
    for await (const line of textLines(path, settings.documentBytes + LINE_SLACK_BYTES)) {
      const item = readLine(line.bytes, `${name}:${line.number}`)
      if (item !== null) yield item
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    yield { failure: { id: name, code: 'invalid_document', message: `The file cannot be read (${code})`, hides: 'anything' } }
  }
}

function readLine(bytes: Buffer | null, place: string): SourceItem | null {
  try {
    if (bytes === null) throw new AppError('document_too_large', 'The line is over the size limit of a document')
    const text = decode(bytes)
    return text.trim() === '' ? null : { document: toDocument(parse(text)) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { failure: { id: place, code: error.code, message: error.message, hides: 'anything' } }
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new AppError('invalid_document', 'The line is not UTF-8 text', {}, { cause: error })
  }
}

function parse(text: string): Readonly<Record<string, Json>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new AppError('invalid_document', 'The line is not JSON', {}, { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid_document', 'The line is not a JSON object')
  if (isDeeper(value as Json, LEVELS)) throw new AppError('invalid_document', `The line is nested more than ${LEVELS} levels deep`)
  return value as Readonly<Record<string, Json>>
}

/** What JSON reads it may not be able to write again: that takes a stack frame a level. */
const LEVELS = 100

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each: Json) => isDeeper(each, levels - 1))
}

function toDocument(line: Readonly<Record<string, Json>>): RawDocument {
  const { _id, id, title, text, content, uri, url, media_type, metadata, ...rest } = line
  const key = _id ?? id
  if ((typeof key !== 'string' || key === '') && typeof key !== 'number')
    throw new AppError('invalid_document', 'The line has no "_id" or "id"')
  if (typeof metadata === 'string' || typeof metadata === 'number' || typeof metadata === 'boolean' || Array.isArray(metadata)) {
    throw new AppError('invalid_document', '"metadata" is not an object')
  }
  return {
    id: String(key) as DocumentId,
    title: optional(title, 'title') || null,
    uri: optional(uri ?? url, 'uri') || null,
    mediaType: optional(media_type, 'media_type') ?? 'text/plain',
    content: optional(text ?? content, 'text') ?? '',
    metadata: { ...rest, ...(metadata as Metadata | null | undefined) },
  }
}

function optional(value: Json | undefined, name: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new AppError('invalid_document', `"${name}" is not a string`)
  return value
}
