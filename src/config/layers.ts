import type { z } from 'zod'
import { unknownSetting, wrongValue, type Problem } from './problems.ts'
import { leavesOf, settingsOf, unwrap, type Leaf } from './structure.ts'

export const ENVIRONMENT_PREFIX = 'RATION_'

/** Names that tools and platforms already use, beside `RATION_<SECTION>__<KEY>`, which wins over them. */
export const CONVENTIONAL_NAMES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'state.database_url',
  RATION_API_KEY: 'state.bootstrap_key_secret',
}

/** Says where the configuration file stands; not a setting itself. */
export const FILE_VARIABLE = 'RATION_CONFIG'

/** One source of values: what it sets, by the path of the leaf, and what is wrong with it. */
export interface Layer {
  readonly values: ReadonlyMap<string, unknown>
  readonly problems: readonly Problem[]
}

export const environmentName = (path: string): string => ENVIRONMENT_PREFIX + path.replaceAll('.', '__').toUpperCase()

/** Values of a configuration file, or of any object nested like one. */
export function objectLayer(schema: z.core.$ZodType, object: unknown): Layer {
  const values = new Map<string, unknown>()
  const problems: Problem[] = []
  const known = leavesOf(schema).map((leaf) => leaf.path)
  const visit = (at: z.core.$ZodType, value: unknown, path: string): void => {
    const members = settingsOf(at)
    if (members === null) return void values.set(path, value)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return void problems.push(wrongValue(path === '' ? '(the whole file)' : path, value, 'an object of settings'))
    }
    for (const [key, item] of Object.entries(value)) {
      const under = path === '' ? key : `${path}.${key}`
      const member = Object.hasOwn(members, key) ? members[key] : undefined
      if (member === undefined) problems.push(unknownSetting(under, [...known, ...Object.keys(members)]))
      else visit(member, item, under)
    }
  }
  visit(schema, object, '')
  return { values, problems }
}

/** Values by dotted path, as commands lay them over everything else. */
export function pathLayer(schema: z.core.$ZodType, overrides: Readonly<Record<string, unknown>>): Layer {
  const known = leavesOf(schema).map((leaf) => leaf.path)
  const entries = Object.entries(overrides)
  return {
    values: new Map(entries.filter(([path]) => known.includes(path))),
    problems: entries.filter(([path]) => !known.includes(path)).map(([path]) => unknownSetting(path, known)),
  }
}

/** Values of environment variables; every name under `RATION_` has to be a setting, so that a misspelt one is noticed. */
export function environmentLayer(schema: z.core.$ZodType, environment: Readonly<Record<string, string | undefined>>): Layer {
  const leaves = new Map(leavesOf(schema).map((leaf) => [leaf.path, leaf]))
  const names = new Map([...leaves.keys()].map((path) => [environmentName(path), path]))
  const values = new Map<string, unknown>()
  const problems: Problem[] = []
  for (const [name, path] of Object.entries(CONVENTIONAL_NAMES)) {
    const text = environment[name]
    const leaf = leaves.get(path)
    if (text !== undefined && text !== '' && leaf !== undefined) values.set(path, parsed(leaf, text))
  }
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || !name.startsWith(ENVIRONMENT_PREFIX) || name === FILE_VARIABLE || name in CONVENTIONAL_NAMES) continue
    const leaf = leaves.get(names.get(name) ?? '')
    if (leaf === undefined) problems.push(unknownSetting(name, [...names.keys()]))
    else values.set(leaf.path, parsed(leaf, text))
  }
  return { values, problems }
}

/** Text is taken as it is, everything else is JSON; what is no JSON is left for the schema to refuse by name. */
function parsed(leaf: Leaf, text: string): unknown {
  const kind = unwrap(leaf.schema)._zod.def.type
  if ((kind === 'string' || kind === 'enum' || kind === 'literal') && text !== 'null') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
