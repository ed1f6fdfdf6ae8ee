import { AppError, invariant } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { FieldType, Filter, FilterValue } from '../src/core/types.ts'
import { fieldColumn, fieldValue } from './fields.ts'
import type { FieldValue } from './fields.ts'

/**
 * The only writer of SQL. LanceDB takes filters as text without parameters, so nothing of a caller's gets into it but as a
 * literal of a checked type, and no column but a declared one.
 *
 * A row without the field matches `ne` and `not`, and nothing else: negations are pushed down to the conditions, so SQL's
 * third truth value never meets a NOT.
 */
export interface FilterLimits {
  readonly filterDepth: number
  readonly filterTerms: number
  readonly keywordCharacters: number
}

type Fields = Readonly<Record<string, FieldType>>
type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'

const OPERATOR: Readonly<Record<Comparison, string>> = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' }
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = { eq: 'ne', ne: 'eq', gt: 'lte', gte: 'lt', lt: 'gte', lte: 'gt' }

/** A string as an SQL literal: LanceDB knows no escape but the doubled quote. */
export function sqlString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

function literal(type: FieldType, value: FieldValue): string {
  if (typeof value === 'string') return sqlString(value)
  return type === 'number' ? value.toExponential() : String(value)
}

/** `column IN (…)` over strings; the list is never empty. */
export function oneOf(column: 'id' | 'doc' | 'text_hash' | 'near_group', values: readonly string[]): string {
  invariant(values.length > 0, 'an IN list holds something')
  return `${column} IN (${values.map(sqlString).join(',')})`
}

export function afterId(id: DocumentId): string {
  return `id > ${sqlString(id)}`
}

/** One of the conditions. */
export function anyOf(conditions: readonly string[]): string {
  invariant(conditions.length > 0, 'something is asked for')
  return conditions.map((condition) => `(${condition})`).join(' OR ')
}

/** Rows of the group of this founder: its own and those that joined. */
export function inGroup(founder: string): string {
  return `text_hash = ${sqlString(founder)} OR near_founder = ${sqlString(founder)}`
}

/** Rows of boilerplate, or those with this cell. */
export function isBoilerplate(cell: string | null = null): string {
  return cell === null ? 'boilerplate IS NOT NULL' : `boilerplate = ${sqlString(cell)}`
}

/** Rows of content: of everything but boilerplate. */
export const CONTENT = 'boilerplate IS NULL'

/** Matches no row. */
export const NOTHING = 'false'

/** All conditions that there are, or null where there is none. */
export function allOf(conditions: readonly (string | null)[]): string | null {
  const present = conditions.filter((condition) => condition !== null)
  return present.length === 0 ? null : present.map((condition) => `(${condition})`).join(' AND ')
}

/** The filter as SQL. Rejects `unknown_filter_field` and `invalid_filter`. */
export function compileFilter(filter: Filter, fields: Fields, limits: FilterLimits): string {
  let terms = 0

  const refuse = (message: string, details: Record<string, unknown> = {}): never => {
    throw new AppError('invalid_filter', message, details)
  }
  const count = (more: number): void => {
    terms += more
    if (terms > limits.filterTerms) refuse('The filter has too many conditions and values', { limit: limits.filterTerms })
  }
  const typeOf = (field: string): FieldType => {
    if (!Object.hasOwn(fields, field)) {
      throw new AppError('unknown_filter_field', 'The index declares no such filterable field', {
        field: field.slice(0, 80),
        declared: Object.keys(fields),
      })
    }
    return fields[field] as FieldType
  }
  const valueOf = (field: string, type: FieldType, value: FilterValue): string => {
    const checked = fieldValue(type, value, limits.keywordCharacters)
    return checked === undefined ? refuse('The value does not have the type of the field', { field, type }) : literal(type, checked)
  }

  /** In `negated` position a condition also takes the rows that do not have the field. */
  const leaf = (column: string, condition: string, negated: boolean): string =>
    negated ? `(${column} IS NULL OR ${condition})` : condition

  const compile = (part: Filter, negated: boolean, depth: number): string => {
    if (depth > limits.filterDepth) refuse('The filter is nested too deeply', { limit: limits.filterDepth })
    switch (part.op) {
      case 'and':
      case 'or': {
        if (part.all.length === 0) refuse('A list of conditions is empty', { op: part.op })
        const joint = (part.op === 'and') === negated ? ' OR ' : ' AND '
        return `(${part.all.map((each) => compile(each, negated, depth + 1)).join(joint)})`
      }
      case 'not':
        return compile(part.filter, !negated, depth + 1)
      case 'exists': {
        count(1)
        typeOf(part.field)
        return `\`${fieldColumn(part.field)}\` IS ${negated ? '' : 'NOT '}NULL`
      }
      case 'in': {
        const type = typeOf(part.field)
        if (part.values.length === 0) refuse('A list of values is empty', { field: part.field })
        count(part.values.length)
        const column = `\`${fieldColumn(part.field)}\``
        const list = part.values.map((value) => valueOf(part.field, type, value)).join(',')
        return leaf(column, `${column} ${negated ? 'NOT ' : ''}IN (${list})`, negated)
      }
      default: {
        if (!Object.hasOwn(OPERATOR, part.op)) refuse('The filter has an unknown operator')
        const type = typeOf(part.field)
        count(1)
        const ordered = part.op !== 'eq' && part.op !== 'ne'
        if (ordered && type === 'boolean') refuse('A boolean field has no order', { field: part.field, op: part.op })
        const column = `\`${fieldColumn(part.field)}\``
        const op = negated ? OPPOSITE[part.op] : part.op
        return leaf(column, `${column} ${OPERATOR[op]} ${valueOf(part.field, type, part.value)}`, negated !== (part.op === 'ne'))
      }
    }
  }

  return compile(filter, false, 1)
}
