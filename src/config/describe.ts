import type { z } from 'zod'
import { CONVENTIONAL_NAMES, environmentName } from './layers.ts'
import { settingRows } from './setting-rows.ts'
import { membersOf } from './structure.ts'

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
    'In the file, settings are nested: `{ "http": { "deadline_ms": 800 } }`. In the environment, `http.deadline_ms` is',
    `\`${environmentName('http.deadline_ms')}\`; lists and tables are written as JSON. ${conventions()}`,
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
  const rows = settingRows(section, name).map(({ path, fallback, unit, allowed, why }) => [`\`${path}\``, fallback, unit, allowed, why])
  return [
    `## ${name}`,
    '',
    '| setting | default | unit | allowed | why |',
    '|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`),
    '',
  ]
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
