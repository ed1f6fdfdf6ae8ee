import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'

export interface Import {
  readonly specifier: string
  /** Path from the repository's root; null for packages. */
  readonly target: string | null
  /** `zod`, `@fastify/swagger`, `node:fs`; null for files. */
  readonly npm: string | null
}

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

/** A row of "Who may import whom". */
export interface Row {
  /** A folder with all that is in it, or one file. */
  readonly room: string
  readonly mayImport: readonly string[]
  readonly npm: readonly string[]
  /** Whether the room may import packages that no row names, and Node's own modules. */
  readonly pure: boolean
}

/** Rows may say `command.ts` for that file of any room. */
const ANY_COMMAND = 'command.ts'
/** What `src/core` may use of Node: hashing. */
const PURE_BUILT_INS = ['node:crypto']
/** Test tools, free in test and scripts. */
const TOOLS = ['typescript', 'fast-check']

export function importsOf(path: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier }) => {
    if (specifier.startsWith('.')) return { specifier, target: posix.join(posix.dirname(path), specifier), npm: null }
    const built = builtinModules.includes(specifier) ? `node:${specifier}` : specifier
    return { specifier, target: null, npm: packageOf(built) }
  })
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** The table under "Who may import whom"; names in backticks and commas between packages. */
export function readTable(markdown: string): Row[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith('Who may import whom')) ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [room = '', mayImport = '', npm = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim())
      const pure = npm === 'none at all'
      return {
        room: names(room)[0] ?? '',
        mayImport: names(mayImport),
        npm: pure || npm === '' ? [] : npm.split(',').map((name) => name.trim()),
        pure,
      }
    })
}

const names = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

const inside = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`)

/** The row with the longest matching room. */
export function roomOf(path: string, table: readonly Row[]): Row | null {
  const rows = table.filter(({ room }) => inside(path, room) || inside(path, room.replace(/\.ts$/, '')))
  return rows.sort((a, b) => b.room.length - a.room.length)[0] ?? null
}

/** `file imports x` for every import that the table does not allow. */
export function violations(file: SourceFile, table: readonly Row[]): string[] {
  // Tests and scripts may look at everything.
  if (inside(file.path, 'test') || inside(file.path, 'scripts')) return []
  const row = roomOf(file.path, table)
  if (row === null) return [`${file.path} stands in no room of the table`]
  const bad = file.imports.filter(({ target, npm }) =>
    target === null ? !packageAllowed(npm ?? '', row, table) : !fileAllowed(target, row, table),
  )
  return bad.map(({ specifier }) => `${file.path} imports ${specifier}`)
}

function packageAllowed(npm: string, row: Row, table: readonly Row[]): boolean {
  if (npm.startsWith('node:')) return row.room !== 'src/core' || PURE_BUILT_INS.includes(npm)
  if (row.npm.includes(npm)) return true
  const claimed = TOOLS.includes(npm) || table.some((other) => other.npm.includes(npm))
  return !claimed && !row.pure
}

function fileAllowed(target: string, row: Row, table: readonly Row[]): boolean {
  if (target === 'package.json') return true
  const home = roomOf(target, table)?.room
  if (home === row.room) return true
  if (row.mayImport.includes('every room') && home !== undefined && home !== 'bench') return true
  return row.mayImport.some((room) => (room === ANY_COMMAND ? posix.basename(target) === ANY_COMMAND : inside(target, room)))
}

/** Every cycle once, as `a -> b -> a`. Imports of types count too: they are dependencies for whoever reads. */
export function cyclesOf(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map(({ path, imports }) => [path, imports.flatMap(({ target }) => (target === null ? [] : [target]))]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path)) return
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}
