import { AppError } from '../src/core/errors.ts'
import { readLines } from './lines.ts'

/** Streams the objects of a JSON Lines file; `read` turns one into a record or throws what is wrong with it. Problems carry file and line. */
export async function* readJsonLines<Row>(file: string, read: (fields: Record<string, unknown>) => Row): AsyncGenerator<Row> {
  for await (const line of readLines(file)) {
    try {
      yield read(parseObject(line.text))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError('invalid_dataset', `${file}:${line.number}: ${reason}`, { file, line: line.number }, { cause })
    }
  }
}

/** Field `name` as a string, or a problem that names it. */
export function requiredString(fields: Record<string, unknown>, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new TypeError(`field "${name}" is not a string`)
  return value
}

export function requiredStrings(fields: Record<string, unknown>, name: string): readonly string[] {
  const value = fields[name]
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new TypeError(`field "${name}" is not a list of strings`)
  return value
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not a JSON object')
  return value as Record<string, unknown>
}
