import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { Json, Metadata, RawDocument } from '../../src/core/types.ts'
import type { ParserSettings } from '../parse/parse-settings.ts'
import type { Unpacked } from './unread.ts'

type Fields = ParserSettings['recordFields']
type Item = Readonly<Record<string, Json>>

/** What JSON reads it may not be able to write again: that takes a stack frame a level. */
const LEVELS = 100

/**
 * The records of a JSON array or of JSON lines as documents: `record_fields` names the keys that id, text, title, address and metadata are looked for
 * under, everything else becomes metadata. Ids are those of the file and the record; a record without one is named by its position, from 1. Null for
 * JSON whose first record has no text, and for what is no JSON: that is a single document.
 */
export function jsonRecords(
  file: RawDocument,
  mediaType: string,
  text: string,
  { recordFields }: Pick<ParserSettings, 'recordFields'>,
): AsyncIterable<Unpacked> | null {
  const isLines = mediaType === 'application/x-ndjson'
  const values = isLines ? linesOf(text) : mediaType === 'application/json' ? elementsOf(text) : null
  if (values === null || !isRecord(first(values()), recordFields)) return null
  return toDocuments(file, values(), recordFields)
}

async function* toDocuments(file: RawDocument, values: Iterable<Json | AppError>, fields: Fields): AsyncGenerator<Unpacked> {
  let position = 0
  for (const value of values) {
    position++
    yield await Promise.resolve(toDocument(file, value, position, fields))
  }
}

function toDocument(file: RawDocument, value: Json | AppError, position: number, fields: Fields): Unpacked {
  const place = `${file.id}/${position}` as DocumentId
  if (value instanceof AppError) return { id: place, error: value }
  try {
    if (!isItem(value)) throw new AppError('invalid_document', 'The record is not a JSON object')
    if (isDeeper(value, LEVELS)) throw new AppError('invalid_document', `The record is nested more than ${LEVELS} levels deep`)
    return fromItem(file, value, position, fields)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { id: place, error }
  }
}

function fromItem(file: RawDocument, item: Item, position: number, fields: Fields): RawDocument {
  const find = (names: readonly string[]) => names.find((name) => item[name] !== undefined && item[name] !== null)
  const [idKey, textKey, titleKey, uriKey, metadataKey] = [fields.id, fields.text, fields.title, fields.uri, fields.metadata].map(find)
  const content = textOf(item, textKey, 'text')
  if (content === null) throw new AppError('invalid_document', `The record has none of the fields ${fields.text.join(', ')}`)
  const given = metadataKey === undefined ? {} : item[metadataKey]
  const used = new Set([idKey, textKey, titleKey, uriKey, metadataKey, 'media_type'])
  const rest = Object.fromEntries(Object.entries(item).filter(([key]) => !used.has(key)))
  if (!isItem(given)) throw new AppError('invalid_document', `"${metadataKey ?? ''}" is not an object`)
  const id = idKey === undefined ? position : item[idKey]
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number')
    throw new AppError('invalid_document', 'The id of the record is no text')
  return {
    id: `${file.id}/${id}` as DocumentId,
    title: textOf(item, titleKey, 'title') || null,
    uri: textOf(item, uriKey, 'uri') || file.uri,
    mediaType: textOf(item, 'media_type', 'media_type') ?? 'text/plain',
    content: content.toWellFormed(),
    metadata: { ...file.metadata, ...rest, ...given } satisfies Metadata,
  }
}

function textOf(item: Item, key: string | undefined, name: string): string | null {
  const value = key === undefined ? undefined : item[key]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new AppError('invalid_document', `"${key ?? name}" is not a string`)
  return value
}

/** A new pass over the lines that hold something at each call. */
function linesOf(text: string): () => Generator<Json | AppError> {
  return function* () {
    for (const { 0: line } of text.matchAll(/[^\n\r]+/gu)) {
      if (line.trim() !== '') yield parse(line) ?? new AppError('invalid_document', 'The line is not JSON')
    }
  }
}

function elementsOf(text: string): (() => Iterable<Json>) | null {
  const value = parse(text)
  return Array.isArray(value) ? () => value as Json[] : null
}

/** Undefined for what is no JSON. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function first(values: Iterable<Json | AppError>): Json | AppError | undefined {
  for (const value of values) return value
  return undefined
}

const isItem = (value: Json | AppError | undefined): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof AppError)

const isRecord = (value: Json | AppError | undefined, { text }: Fields): boolean =>
  isItem(value) && text.some((name) => typeof value[name] === 'string')

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each: Json) => isDeeper(each, levels - 1))
}
