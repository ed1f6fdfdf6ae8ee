import { z } from 'zod'
import { nearest } from './nearest.ts'
import { MASK } from './secrets.ts'
import { acceptsNull, membersOf, noteOf, step, unwrap } from './structure.ts'

/** One thing that is wrong with a configuration, ready to be shown: never holds a secret. */
export interface Problem {
  readonly path: string
  readonly value: unknown
  readonly allowed: string
  readonly message: string
}

export function unknownSetting(path: string, known: readonly string[]): Problem {
  const meant = nearest(path, known)
  const allowed = meant === null ? 'a setting of docs/configuration.md' : meant
  return { path, value: null, allowed, message: `unknown setting ${path}${meant === null ? '' : `; did you mean ${meant}?`}` }
}

export function wrongValue(path: string, value: unknown, allowed: string): Problem {
  return { path, value, allowed, message: `${path} is ${shown(value)}, allowed is ${allowed}` }
}

/** What a refused value should have been, from the schema and its note. */
export function problemsOf(schema: z.core.$ZodType, input: unknown, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String).join('.')
  let at = schema
  let value = input
  let secret = false
  for (const key of issue.path) {
    at = step(at, key) ?? at
    value = value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined
    secret ||= noteOf(at)?.secret === true
  }
  if (issue.code === 'unrecognized_keys') {
    const under = (key: string) => (path === '' ? key : `${path}.${key}`)
    return issue.keys.map((key) => unknownSetting(under(key), Object.keys(membersOf(at) ?? {}).map(under)))
  }
  // A rule over several settings can fail on a value that nobody wrote, and brings it along.
  if (issue.code === 'custom' && issue.params?.['value'] !== undefined) value = issue.params['value']
  const unit = unwrap(at) instanceof z.ZodNumber ? ` (${noteOf(at)?.unit ?? 'no unit'})` : ''
  const allowed = issue.code === 'custom' ? issue.message : (allowedBy(at) ?? issue.message) + unit
  return [wrongValue(path, secret ? MASK : value, allowed)]
}

/** `a whole number from 1 to 10`, `one of a, b`, …; null where the schema's own message says it better. */
export function allowedBy(schema: z.core.$ZodType): string | null {
  const inner = unwrap(schema)
  const orNull = acceptsNull(schema) ? ', or null' : ''
  if (inner instanceof z.ZodEnum) return `one of ${inner.options.join(', ')}${orNull}`
  if (inner instanceof z.ZodBoolean) return `true or false${orNull}`
  if (!(inner instanceof z.ZodNumber)) return null
  const kind = inner.format === null ? 'a number' : 'a whole number'
  return `${kind} from ${String(inner.minValue)} to ${String(inner.maxValue)}${orNull}`
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
