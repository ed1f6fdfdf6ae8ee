import type { z } from 'zod'
import { CONVENTIONAL_NAMES, environmentName } from './layers.ts'
import { allowedBy } from './problems.ts'
import { acceptsNull, membersOf, noteOf, settingsOf, step, unwrap } from './structure.ts'

interface Row {
  readonly path: string
  readonly schema: z.core.$ZodType
}

/** docs/configuration.md, whole: one table a section, one row a setting. `npm run docs:config` writes it, a test compares. */
export function describe(schema: z.core.$ZodType): string {
  const sections = Object.entries(membersOf(schema) ?? {})
  return [
    '# Configuration',
    '',
    '<!-- Written by `npm run docs:config` from src/config. Do not edit. -->',
    '',
    'Ration runs without any configuration. Values come from four places, later ones win: the defaults below, the file',
    '`ration.config.json` in the current folder (or the one that `--config` or `RATION_CONFIG` names), environment variables, and',
    'options of the command line. `ration config` prints every effective value and where it came from; secrets are masked.',
    '',
    'In the file, settings are nested: `{ "retrieve": { "deadline_ms": 800 } }`. In the environment, `retrieve.deadline_ms` is',
    `\`${environmentName('retrieve.deadline_ms')}\`; lists and tables are written as JSON. ${conventions()}`,
    '',
    'An unknown setting or a value out of range stops the start and says what is allowed. The upper end of a range is a ceiling:',
    'neither configuration nor request raises a limit above it.',
    '',
    ...sections.flatMap(([name, section]) => sectionLines(name, section)),
  ].join('\n')
}

function conventions(): string {
  return `${Object.entries(CONVENTIONAL_NAMES)
    .map(([name, path]) => `\`${name}\` sets \`${path}\``)
    .join(' and ')}.`
}

function sectionLines(name: string, section: z.core.$ZodType): string[] {
  const rows = rowsOf(section, name)
  return [
    `## ${name}`,
    '',
    '| setting | default | unit | allowed | why |',
    '|---|---|---|---|---|',
    ...rows.map(({ path, schema }) => {
      const note = noteOf(schema)
      return `| ${[`\`${path}\``, defaultOf(schema), note?.unit ?? '', allowed(schema), note?.why ?? ''].map(cell).join(' | ')} |`
    }),
    '',
  ]
}

/** Leaves of a section; the settings inside a table, a list or an object that may be null follow it. */
function rowsOf(schema: z.core.$ZodType, path: string): Row[] {
  const settings = settingsOf(schema)
  if (settings !== null) return memberRows(settings, path)
  const type = unwrap(schema)._zod.def.type
  if (type === 'object') return [{ path, schema }, ...memberRows(membersOf(schema) ?? {}, path)]
  const inner = type === 'record' || type === 'array' ? step(schema, '') : null
  if (inner === null || membersOf(inner) === null) return [{ path, schema }]
  return [{ path, schema }, ...rowsOf(inner, type === 'record' ? `${path}.<name>` : `${path}[]`)]
}

const memberRows = (members: Readonly<Record<string, z.core.$ZodType>>, path: string): Row[] =>
  Object.entries(members).flatMap(([key, member]) => rowsOf(member, `${path}.${key}`))

function defaultOf(schema: z.core.$ZodType): string {
  const result = (schema as z.ZodType).safeParse(undefined)
  if (!result.success) return 'required'
  if (result.data === undefined) return 'not set'
  const text = JSON.stringify(result.data)
  return text.length > 80 ? 'see `ration config`' : `\`${text}\``
}

function allowed(schema: z.core.$ZodType): string {
  const bounds = allowedBy(schema)
  if (bounds !== null) return bounds
  const type = unwrap(schema)._zod.def.type
  const name = type === 'string' ? 'text' : type === 'array' ? 'a list' : type === 'record' || type === 'object' ? 'a table' : type
  return `${name}${acceptsNull(schema) ? ', or null' : ''}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
