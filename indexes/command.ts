import { readFieldList } from '../src/core/field-list.ts'
import type { Command, CommandInput, CommandTools, ExitCode, Terminal } from '../src/core/ports/command.ts'
import { calibrateCommand } from './calibrate-command.ts'
import { duplicatesCommand } from './duplicates-command.ts'
import { INDEX_ARGUMENT, indexRoute } from './index-route.ts'
import { versionCommands } from './version-commands.ts'

interface WireIndex {
  readonly name: string
  readonly profile: string
  readonly language: string
  readonly version: string
  readonly revision: number
  readonly documents: number
  readonly chunks: number
  readonly bytes: number
}

interface WireCheck {
  readonly name: string
  readonly ok: boolean
  readonly checked: number
  readonly problems: readonly string[]
}

function nameOf(input: CommandInput): string {
  return input.arguments[0] ?? ''
}

function show(terminal: Terminal, answer: unknown): void {
  if (terminal.json) terminal.printJson(answer)
  else terminal.print(JSON.stringify(answer, null, 2))
}

async function list(_: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const answer = (await (await tools.api()).request('GET', '/v1/indexes')) as { readonly indexes: readonly WireIndex[] }
  if (terminal.json) terminal.printJson(answer)
  else {
    terminal.table(
      ['name', 'profile', 'language', 'version', 'revision', 'documents', 'chunks', 'MB'],
      answer.indexes.map((index) => [
        index.name,
        index.profile,
        index.language,
        index.version,
        String(index.revision),
        String(index.documents),
        String(index.chunks),
        (index.bytes / 1e6).toFixed(1),
      ]),
    )
  }
  return 0
}

async function showOne(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  show(tools.terminal, await (await tools.api()).request('GET', indexRoute(input)))
  return 0
}

async function create(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { field, profile, language, unit, encodings } = input.options
  const body = {
    name: nameOf(input),
    ...(typeof field === 'string' ? { fields: readFieldList(field) } : {}),
    ...(typeof profile === 'string' ? { profile } : {}),
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof unit === 'string' ? { unit } : {}),
    ...(typeof encodings === 'string' ? { encodings: encodings.split(',').map((name) => name.trim()) } : {}),
  }
  show(tools.terminal, await (await tools.api()).request('POST', '/v1/indexes', body))
  return 0
}

async function verify(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const answer = (await (await tools.api()).request('POST', indexRoute(input, '/verify'))) as {
    readonly ok: boolean
    readonly checks: readonly WireCheck[]
  }
  if (terminal.json) terminal.printJson(answer)
  else {
    terminal.table(
      ['check', 'result', 'looked at'],
      answer.checks.map((check) => [check.name, check.ok ? 'ok' : 'FAILED', String(check.checked)]),
    )
    for (const check of answer.checks) for (const problem of check.problems) terminal.warn(`${check.name}: ${problem}`)
  }
  return answer.ok ? 0 : 1
}

interface WireRepair {
  readonly rebuilt: readonly string[]
  readonly dropped: readonly { readonly id: string; readonly code: string }[]
  readonly orphans: number
  readonly indexes: readonly string[]
  readonly verification: { readonly ok: boolean }
}

async function repair(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const answer = (await (await tools.api()).request('POST', indexRoute(input, '/repair'))) as WireRepair
  const { rebuilt, dropped, orphans, indexes, verification } = answer
  if (terminal.json) terminal.printJson(answer)
  else {
    terminal.table(
      ['made again', 'taken out', 'rows of no document', 'indexes built', 'verification now'],
      [[rebuilt.length, dropped.length, orphans, indexes.length, verification.ok ? 'ok' : 'FAILED'].map(String)],
    )
  }
  for (const { id, code } of dropped) terminal.warn(`${id}: ${code}; ingest it again`)
  if (!verification.ok) return 1
  return dropped.length === 0 ? 0 : 3
}

async function remove(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const name = nameOf(input)
  if (input.options['yes'] !== true) {
    tools.terminal.warn(`This removes the index ${name} with all its documents. Say --yes to do it.`)
    return 2
  }
  await (await tools.api()).request('DELETE', indexRoute(input))
  if (tools.terminal.json) tools.terminal.printJson({ deleted: name })
  else tools.terminal.print(`Deleted ${name}.`)
  return 0
}

const NAME = [INDEX_ARGUMENT]

export const command: Command = {
  name: 'index',
  summary: 'List, show, create, verify and delete indexes; build, publish and compare their versions',
  arguments: [],
  options: [],
  examples: ['ration index list', 'ration index create docs --field product:keyword,updated:date', 'ration index verify docs'],
  subcommands: [
    { name: 'list', summary: 'List the indexes', arguments: [], options: [], examples: ['ration index list --json'], run: list },
    {
      name: 'show',
      summary: 'Show an index: declaration, revision, counts, embedder',
      arguments: NAME,
      options: [],
      examples: ['ration index show docs'],
      run: showOne,
    },
    {
      name: 'create',
      summary: 'Create an index, or do nothing where the same one exists',
      arguments: NAME,
      options: [
        { flags: '--field <name:type,...>', description: 'metadata fields to filter by: keyword, number, date, boolean' },
        { flags: '--profile <name>', description: 'model profile whose embedder fills the index' },
        { flags: '--language <name>', description: 'language of the full-text index, such as English or German' },
        { flags: '--unit <unit>', description: 'chunk, or document (one passage each)' },
        { flags: '--encodings <names>', description: 'tokenizer encodings whose counts are stored, with commas between' },
      ],
      examples: ['ration index create docs --field product:keyword,updated:date --language English'],
      run: create,
    },
    {
      name: 'verify',
      summary: 'Read an index whole and compare it with what it promises; exits 1 where it does not',
      arguments: NAME,
      options: [],
      examples: ['ration index verify docs'],
      run: verify,
    },
    {
      name: 'repair',
      summary: 'Put right what verify finds, from the documents that the index holds; exits 3 where some had to be taken out',
      arguments: NAME,
      options: [],
      examples: ['ration index repair docs'],
      run: repair,
    },
    duplicatesCommand,
    {
      name: 'delete',
      summary: 'Delete an index with all its documents',
      arguments: NAME,
      options: [{ flags: '--yes', description: 'do it without asking' }],
      examples: ['ration index delete docs --yes'],
      run: remove,
    },
    ...versionCommands,
  ],
}

export const commands: readonly Command[] = [command, calibrateCommand]
