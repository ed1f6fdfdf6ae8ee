import { z } from 'zod'
import { allowedBy } from './problems.ts'
import { acceptsNull, membersOf, noteOf, settingsOf, step, unwrap } from './structure.ts'

/** One setting as the documentation shows it. */
export interface SettingRow {
  readonly path: string
  readonly fallback: string
  readonly unit: string
  readonly allowed: string
  readonly why: string
}

type Members = Readonly<Record<string, z.core.$ZodType>>

/** As many equal sisters are told once, with the defaults in which they differ. */
const SISTERS = 3

/** Every setting below `path`; the settings inside a table, a list or an object that may be null follow it. */
export function settingRows(schema: z.core.$ZodType, path: string): SettingRow[] {
  const settings = settingsOf(schema)
  if (settings !== null) return memberRows(settings, path)
  const row = rowOf(schema, path)
  const type = unwrap(schema)._zod.def.type
  if (type === 'object') return [row, ...memberRows(membersOf(schema) ?? {}, path)]
  const inner = type === 'record' || type === 'array' ? step(schema, '') : null
  if (inner === null || membersOf(inner) === null) return [row]
  return [row, ...settingRows(inner, type === 'record' ? `${path}.<name>` : `${path}[]`)]
}

function memberRows(members: Members, path: string): SettingRow[] {
  const names = Object.keys(members)
  const shapes = new Set(Object.values(members).map((member) => Object.keys(settingsOf(member) ?? {}).join()))
  if (names.length >= SISTERS && shapes.size === 1 && !shapes.has('')) return sisterRows(members, names, path)
  return Object.entries(members).flatMap(([key, member]) => settingRows(member, `${path}.${key}`))
}

function sisterRows(members: Members, names: readonly string[], path: string): SettingRow[] {
  const tables = Object.values(members).map((member) => settingRows(member, `${path}.<name>`))
  const head = { path, fallback: '', unit: '', allowed: `a table with ${names.join(', ')}`, why: 'Each of them has the settings below' }
  const rows = (tables[0] ?? []).map((row, position) => ({
    ...row,
    fallback: told(
      tables.map((table) => table[position]?.fallback ?? ''),
      names,
    ),
  }))
  return [head, ...rows]
}

/** The default that most of them have, then the exceptions. */
function told(fallbacks: readonly string[], names: readonly string[]): string {
  const count = (value: string) => fallbacks.filter((other) => other === value).length
  const usual = fallbacks.reduce((best, value) => (count(value) > count(best) ? value : best))
  const exceptions = fallbacks.flatMap((value, position) => (value === usual ? [] : [`${names[position] ?? ''} ${value}`]))
  return [usual, ...exceptions].join(', ')
}

function rowOf(schema: z.core.$ZodType, path: string): SettingRow {
  const note = noteOf(schema)
  return { path, fallback: fallbackOf(schema), unit: note?.unit ?? '', allowed: allowedFor(schema), why: note?.why ?? '' }
}

function fallbackOf(schema: z.core.$ZodType): string {
  const result = z.safeParse(schema, undefined)
  if (!result.success) return 'required'
  if (result.data === undefined) return 'not set'
  const text = JSON.stringify(result.data)
  return text.length > 80 ? 'see `ration config`' : `\`${text}\``
}

function allowedFor(schema: z.core.$ZodType): string {
  const bounds = allowedBy(schema)
  if (bounds !== null) return bounds
  const type = unwrap(schema)._zod.def.type
  const name = type === 'string' ? 'text' : type === 'array' ? 'a list' : type === 'record' || type === 'object' ? 'a table' : type
  return `${name}${acceptsNull(schema) ? ', or null' : ''}`
}
