import { z } from 'zod'
import { membersOf, unwrap } from './structure.ts'

/** `price_per_1k_tokens` becomes `pricePer1kTokens`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name

/**
 * The type of a configuration as code reads it: keys that the schema names are converted, keys that an operator chose
 * (records, whose key type is an open `string`) are left alone.
 */
export type CamelCased<T> = T extends readonly (infer Item)[]
  ? readonly CamelCased<Item>[]
  : T extends object
    ? { readonly [K in keyof T as K extends string ? (string extends K ? K : CamelCase<K>) : K]: CamelCased<T[K]> }
    : T

export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Converts a value that `schema` has accepted. Only the schema can tell a setting's name from an operator's. */
export function camelCased(schema: z.core.$ZodType, value: unknown): unknown {
  const inner = unwrap(schema)
  if (Array.isArray(value) && inner instanceof z.ZodArray) return value.map((item) => camelCased(inner.element, item))
  if (inner instanceof z.ZodUnion) {
    const match = inner.options.find((option) => z.safeParse(option, value).success)
    return match === undefined ? value : camelCased(match, value)
  }
  if (value === null || typeof value !== 'object') return value
  if (inner instanceof z.ZodRecord) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, camelCased(inner.valueType, item)]))
  }
  const members = membersOf(inner)
  if (members === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const member = members[key]
      return [camelCase(key), member === undefined ? item : camelCased(member, item)]
    }),
  )
}
