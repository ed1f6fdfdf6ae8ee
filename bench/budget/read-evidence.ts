import type { DocumentId } from '../../src/core/ids.ts'
import { readJsonLines, requiredString, requiredStrings } from '../json-lines.ts'

/** Answer strings by query. */
export const readAnswers = (file: string): AsyncGenerator<readonly [string, readonly string[]]> =>
  readJsonLines(file, (fields) => [requiredString(fields, 'query-id'), requiredStrings(fields, 'answers')] as const)

/** Excerpts by query, checked against the file that they are said to stand in. */
export const readReferences = (
  file: string,
  texts: ReadonlyMap<DocumentId, string>,
): AsyncGenerator<readonly [string, readonly string[]]> =>
  readJsonLines(file, (fields) => {
    const text = texts.get(requiredString(fields, 'file') as DocumentId) ?? ''
    return [requiredString(fields, 'query-id'), objects(fields, 'references').map((reference) => excerpt(reference, text))] as const
  })

/** Sentences by query; several annotators may have chosen the same one. */
export const readSentences = (file: string): AsyncGenerator<readonly [string, readonly string[]]> =>
  readJsonLines(file, (fields) => {
    const lists = fields['sentences']
    if (!Array.isArray(lists)) throw new TypeError('field "sentences" is not a list')
    const sentences = (lists as unknown[]).flat().filter((each): each is string => typeof each === 'string')
    return [requiredString(fields, 'query-id'), [...new Set(sentences)]] as const
  })

function excerpt(reference: Record<string, unknown>, text: string): string {
  const { content, start_index: start, end_index: end } = reference
  if (typeof content !== 'string' || typeof start !== 'number' || typeof end !== 'number')
    throw new TypeError('a reference lacks content or span')
  if (text.slice(start, end) !== content) throw new TypeError(`${start} to ${end} of the file is not what the reference says`)
  return content
}

function objects(fields: Record<string, unknown>, name: string): readonly Record<string, unknown>[] {
  const value = fields[name]
  if (!Array.isArray(value)) throw new TypeError(`field "${name}" is not a list`)
  return value as Record<string, unknown>[]
}
