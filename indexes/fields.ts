import type { FieldType, Json } from '../src/core/types.ts'

/** A value of a declared field as its column holds it: dates are milliseconds since the Unix epoch, booleans 0 and 1. */
export type FieldValue = string | number

const DATE =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?<zone>Z|[+-]\d{2}:\d{2})?)?$/

/** A calendar day or an ISO 8601 time as milliseconds since the Unix epoch; without a zone it is UTC. Null where it is neither. */
export function parseDate(text: string): number | null {
  const parts = DATE.exec(text)?.groups
  if (parts === undefined) return null
  const { year, month, day, time, zone } = parts
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const back = new Date(start)
  if (back.toISOString().slice(0, 10) !== text.slice(0, 10)) return null
  const instant = time === undefined ? start : Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${time}${zone ?? 'Z'}`)
  return Number.isFinite(instant) ? instant : null
}

/** The column's value, or undefined where `value` is not of the field's type. */
export function fieldValue(type: FieldType, value: Json | undefined, keywordCharacters: number): FieldValue | undefined {
  switch (type) {
    case 'keyword':
      return typeof value === 'string' && value.length <= keywordCharacters && value.isWellFormed() ? value : undefined
    case 'number':
      // LanceDB tells -0 and 0 apart, people do not: adding 0 leaves one zero.
      return typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined
    case 'date':
      return typeof value === 'string' ? (parseDate(value) ?? undefined) : undefined
  }
}

export function fieldColumn(name: string): string {
  return `field_${name}`
}
