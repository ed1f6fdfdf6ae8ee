import { z } from 'zod'
import type { NumberNote, SettingNote } from './setting.ts'

/** What a note holds once it stands in the schema; the bounds are there for numbers only. */
export type Note = SettingNote & Partial<NumberNote>

/** One value that a file or an environment variable can set as a whole: a scalar, a list or a record. */
export interface Leaf {
  readonly path: string
  readonly schema: z.core.$ZodType
  readonly note: Note | null
}

/** The schema under defaults, nullability and the like. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = innerOf(schema)
  return wrapped === null ? schema : unwrap(wrapped)
}

/** What the setting says about itself, from the outermost layer that says something. */
export function noteOf(schema: z.core.$ZodType): Note | null {
  const note = z.globalRegistry.get(schema)
  if (note !== undefined && 'why' in note) return note as unknown as Note
  const wrapped = innerOf(schema)
  return wrapped === null ? null : noteOf(wrapped)
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodPipe) return schema.def.in
  return 'innerType' in schema._zod.def ? (schema._zod.def.innerType as z.core.$ZodType) : null
}

/** The members of an object schema, or null where it is a leaf. */
export function membersOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | null {
  const inner = unwrap(schema)
  return inner instanceof z.ZodObject ? inner.shape : null
}

/** The same, but null for an object that can be null as well: it is set as a whole. */
export function settingsOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | null {
  return acceptsNull(schema) ? null : membersOf(schema)
}

export const acceptsNull = (schema: z.core.$ZodType): boolean => z.safeParse(schema, null).success

/** Every leaf in reading order. */
export function leavesOf(schema: z.core.$ZodType, path = ''): Leaf[] {
  const members = settingsOf(schema)
  if (members === null) return [{ path, schema, note: noteOf(schema) }]
  return Object.entries(members).flatMap(([key, member]) => leavesOf(member, path === '' ? key : `${path}.${key}`))
}

/** The schema of one step into `schema`: a member, an item or a record's value; null where there is none. */
export function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | null {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodArray) return inner.element
  if (inner instanceof z.ZodRecord) return inner.valueType
  if (inner instanceof z.ZodUnion) {
    for (const option of inner.options) {
      const found = step(option, key)
      if (found !== null) return found
    }
  }
  return membersOf(inner)?.[String(key)] ?? null
}
