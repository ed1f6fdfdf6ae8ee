import type { z } from 'zod'
import { noteOf, step } from './structure.ts'

export const MASK = '***'

/** The value with every secret in it replaced by `***`; a secret that is not set stays null. */
export function masked(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value
  if (noteOf(schema)?.secret === true) return MASK
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item, index) => maskedStep(schema, index, item))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedStep(schema, key, item)]))
}

function maskedStep(schema: z.core.$ZodType, key: PropertyKey, value: unknown): unknown {
  const member = step(schema, key)
  return member === null ? value : masked(member, value)
}
