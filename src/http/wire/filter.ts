import { AppError } from '../../core/errors.ts'
import type { Filter, FilterValue } from '../../core/types.ts'

export interface FilterLimits {
  readonly filterDepth: number
  readonly filterTerms: number
  readonly filterCharacters: number
}

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const
type Comparison = (typeof COMPARISONS)[number]
const OPERATORS = ['and', 'or', 'not', ...COMPARISONS, 'in', 'exists'] as const
const FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/**
 * Reads a filter from the wire: `{"and": […]}`, `{"or": […]}`, `{"not": …}`, `{"eq": ["field", value]}` (ne, gt, gte, lt, lte),
 * `{"in": ["field", [values]]}`, `{"exists": "field"}`. Null is no filter. Written by hand because a union of schemas cannot
 * say which of its branches was meant, and a filter that is wrong should be told where.
 * Rejects with AppError `invalid_filter` and the path of what is wrong.
 */
export function readFilter(wire: unknown, limits: FilterLimits): Filter | null {
  if (wire === null || wire === undefined) return null
  let terms = 0
  return node(wire, 'filters', 1)

  function node(value: unknown, path: string, depth: number): Filter {
    if (depth > limits.filterDepth) refuse(path, `is nested deeper than ${limits.filterDepth} levels`, { limit: limits.filterDepth })
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'must be an object with one operator')
    const entries = Object.entries(value)
    const [entry] = entries
    if (entry === undefined || entries.length !== 1) refuse(path, 'must have exactly one operator', { allowed: OPERATORS })
    const [op, argument] = entry as [string, unknown]
    const here = `${path}.${op.slice(0, 32)}`
    if (op === 'and' || op === 'or') {
      if (!Array.isArray(argument) || argument.length === 0) refuse(here, 'must be a list of at least one filter')
      return { op, all: argument.map((child, i) => node(child, `${here}.${i}`, depth + 1)) }
    }
    if (op === 'not') return { op, filter: node(argument, here, depth + 1) }
    if (op === 'exists') return { op, field: field(argument, count(here)) }
    if (op === 'in') {
      const [name, values] = pair(argument, here)
      if (!Array.isArray(values) || values.length === 0) refuse(`${here}.1`, 'must be a list of at least one value')
      return { op, field: field(name, `${here}.0`), values: values.map((item, i) => scalar(item, count(`${here}.1.${i}`))) }
    }
    if (isComparison(op)) {
      const [name, operand] = pair(argument, here)
      return { op, field: field(name, `${here}.0`), value: scalar(operand, count(`${here}.1`)) }
    }
    return refuse(here, 'is not an operator', { allowed: OPERATORS })
  }

  function count(path: string): string {
    terms += 1
    if (terms > limits.filterTerms) refuse(path, `is one of more than ${limits.filterTerms} terms`, { limit: limits.filterTerms })
    return path
  }

  function scalar(value: unknown, path: string): FilterValue {
    if (typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value !== 'string') refuse(path, 'must be a text, a number or a boolean')
    if (value.length > limits.filterCharacters) refuse(path, `is longer than ${limits.filterCharacters} characters`)
    if (!value.isWellFormed() || value.includes('\0')) refuse(path, 'must be valid Unicode without NUL')
    return value
  }
}

function isComparison(op: string): op is Comparison {
  return (COMPARISONS as readonly string[]).includes(op)
}

function pair(value: unknown, path: string): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) refuse(path, 'must be ["field", value]')
  return value as [unknown, unknown]
}

function field(value: unknown, path: string): string {
  if (typeof value !== 'string' || !FIELD.test(value)) refuse(path, 'must be a field name: letters, digits and _, not a digit first')
  return value
}

function refuse(path: string, message: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new AppError('invalid_filter', `${path} ${message}`, { ...details, errors: [{ path, message }] })
}

const SELF = { $ref: '#/components/schemas/Filter' } as const
const NAME = { type: 'string', pattern: FIELD.source }
const VALUE = { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] }
const operator = (op: string, argument: unknown) => ({
  type: 'object',
  properties: { [op]: argument },
  required: [op],
  additionalProperties: false,
})

/** The same tree for /openapi.json. */
export const FILTER_JSON_SCHEMA = {
  description: 'A tree of comparisons over the filterable fields that the index declares',
  examples: [{ and: [{ eq: ['product', 'api'] }, { gte: ['updated', '2026-01-01'] }] }],
  anyOf: [
    operator('and', { type: 'array', items: SELF, minItems: 1 }),
    operator('or', { type: 'array', items: SELF, minItems: 1 }),
    operator('not', SELF),
    ...COMPARISONS.map((op) => operator(op, { type: 'array', prefixItems: [NAME, VALUE], minItems: 2, maxItems: 2 })),
    operator('in', { type: 'array', prefixItems: [NAME, { type: 'array', items: VALUE, minItems: 1 }], minItems: 2, maxItems: 2 }),
    operator('exists', NAME),
  ],
}
