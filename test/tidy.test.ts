import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { cyclesOf, importsOf, readTable, violations, type SourceFile } from './tidy/imports.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ROOMS = ['src', 'indexes', 'ingest', 'bench', 'test', 'scripts']

const paths = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((name) => `${room}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts')),
).sort()
const files: readonly SourceFile[] = paths.map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return { path, text, imports: importsOf(path, text) }
})
const table = readTable(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'))
const house = files.filter(({ path }) => !path.startsWith('test/'))

function none(found: readonly string[], remedy: string): void {
  if (found.length > 0) assert.fail([remedy, ...found].join('\n    '))
}

test('every import is allowed by the table in ARCHITECTURE.md', () => {
  assert.ok(table.length >= 12, 'The table "Who may import whom" of ARCHITECTURE.md was not found.')
  none(
    files.flatMap((file) => violations(file, table)),
    'Take what the room needs through a port of src/core and let src/services.ts construct it; or, if the wall is wrong, move it in ARCHITECTURE.md with a reason.',
  )
})

test('every row of the table names something that exists', () => {
  const gone = table.map(({ room }) => room).filter((room) => !files.some(({ path }) => path === room || path.startsWith(`${room}/`)))
  none(gone, 'Remove the row from ARCHITECTURE.md.')
})

test('no import leads nowhere', () => {
  const known = new Set(paths)
  const broken = files.flatMap(({ path, imports }) =>
    imports.filter(({ target }) => target?.endsWith('.ts') === true && !known.has(target)).map(({ specifier }) => `${path}: ${specifier}`),
  )
  none(broken, 'Correct the path.')
})

test('no cycles', () => {
  none(cyclesOf(files), 'Move what both need into a file of its own below them.')
})

test('no barrel files and none without a subject', () => {
  const vague = /(?:^|\/)(?:index|utils?|helpers?|misc|common|shared)\.ts$/
  none(
    house.map(({ path }) => path).filter((path) => vague.test(path)),
    'Name the file after its one concept.',
  )
  none(
    house.filter(({ text }) => /^export (?:type )?(?:\*|\{[^}]*\}) from /m.test(text)).map(({ path }) => path),
    'Import from the file that defines the thing; nothing is exported twice.',
  )
})

test('no default exports', () => {
  none(
    house.filter(({ text }) => /^export default /m.test(text)).map(({ path }) => path),
    'Export the thing under its name, so that it is called the same everywhere.',
  )
})

test('files are small', () => {
  const long = house.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length })).filter(({ lines }) => lines > 250)
  none(
    long.map(({ path, lines }) => `${path}: ${lines} lines`),
    'Find the second concept in the file (at 250 lines there is one) and give it a file of its own.',
  )
})

test('only src/config reads the environment', () => {
  const allowed = (path: string, text: string): boolean =>
    path.startsWith('src/config/') || (path.startsWith('indexes/') && !/process\.env(?!\['LANCEDB_LOG'\] (?:\?\?)?= )/.test(text))
  none(
    house
      .filter(({ path, text }) => /\bprocess\.env\b|\benv\b[^\n]*from 'node:process'/.test(text) && !allowed(path, text))
      .map(({ path }) => path),
    'Declare a setting in src/config/sections and receive it as an argument.',
  )
})

test('core keeps no clock, no randomness and no I/O', () => {
  const impure = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bprocess\.|\bsetTimeout\b|\bconsole\./
  none(
    house.filter(({ path, text }) => path.startsWith('src/core/') && impure.test(withoutComments(text))).map(({ path }) => path),
    'Receive the value, a Clock or a port as an argument.',
  )
})

test('nothing is left for later and no check is switched off', () => {
  // Built from pieces, or this file would find itself.
  const marks = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'eslint-' + 'disable', '@ts-' + '(?:ignore|expect-error|nocheck)', 'as ' + 'any\\b'].join('|'),
    'g',
  )
  const found = files.flatMap(({ path, text }) => [...text.matchAll(marks)].map(([mark]) => `${path}: ${mark}`))
  none(
    found.filter((line) => !ALLOWED_MARKS.includes(line)),
    'Finish it, or open an issue; where a check is wrong, say why in ALLOWED_MARKS of test/tidy.test.ts.',
  )
  none(
    ALLOWED_MARKS.filter((line) => !found.includes(line)),
    'Remove the line from ALLOWED_MARKS.',
  )
})

test('only the edges write to the console', () => {
  none(
    house.filter(({ path, text }) => !path.startsWith('scripts/') && /\bconsole\./.test(withoutComments(text))).map(({ path }) => path),
    'Commands print through their Terminal, the service through its Log.',
  )
})

test('every test file is found by npm test', () => {
  const lost = paths.filter((path) => path.startsWith('test/') && /\b(?:test|it|describe)\(/.test(readFileSync(join(ROOT, path), 'utf8')))
  none(
    lost.filter((path) => !path.endsWith('.test.ts') && !path.startsWith('test/contract/')),
    'Name it *.test.ts, or make it a suite under test/contract/.',
  )
})

test('dependencies are pinned exactly', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })
  none(
    loose.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)).map(([name, version]) => `${name} ${version}`),
    'Write the version that was tested.',
  )
})

test('the lockfile knows the binaries of every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const platform = /(?:android|darwin|freebsd|linux|openharmony|win32)-(?:arm|arm64|x64|ia32|ppc64|riscv64|s390x)\b/
  const named = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
  none(
    named.filter((name) => platform.test(name) && packages[`node_modules/${name}`] === undefined),
    'Run `npm run lockfile`, then `npm ci` in a clean folder.',
  )
})

test('nothing strays at the top level', () => {
  const strays = readdirSync(ROOT).filter((name) => !TOP_LEVEL.includes(name))
  none(strays, 'Move it into a room, or delete it.')
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

/** `path: mark`, each with its reason beside it. */
const ALLOWED_MARKS: readonly string[] = []

const TOP_LEVEL: readonly string[] = [
  ...['.bench', '.ci', '.dockerignore', '.git', '.gitignore', '.npmrc', '.prettierignore', '.prettierrc.json', '.ration'],
  ...['ARCHITECTURE.md', 'CHANGELOG.md', 'Dockerfile', 'LICENSE', 'README.md'],
  ...['bench', 'bin', 'docs', 'indexes', 'ingest', 'models', 'node_modules', 'scripts', 'src', 'test', 'ration.config.json'],
  ...['eslint.config.js', 'knip.json', 'package-lock.json', 'package.json', 'tsconfig.json'],
]
