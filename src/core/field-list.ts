import { AppError } from './errors.ts'
import type { FieldType } from './types.ts'

const FIELD = /^(?<name>[^:]+):(?<type>keyword|number|date|boolean)$/

/** `product:keyword,updated:date`, as the command line takes the filterable fields of an index. Rejects `invalid_request`. */
export function readFieldList(text: string): Readonly<Record<string, FieldType>> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return Object.fromEntries(
    parts.map((part) => {
      const { name, type } = FIELD.exec(part)?.groups ?? {}
      if (name === undefined || type === undefined) {
        throw new AppError('invalid_request', `--field takes name:type with type keyword, number, date or boolean, not "${part}"`)
      }
      return [name, type as FieldType]
    }),
  )
}
