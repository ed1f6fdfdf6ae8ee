import assert from 'node:assert/strict'
import { Command as Program } from 'commander'
import type { Command, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { command } from '../../bench/command.ts'
import { createTinyEngine, createTinyStore, type TinyStore } from './tiny-engine.ts'

export interface Ran {
  readonly code: ExitCode
  /** What `--json` printed. */
  readonly json: unknown
  readonly tables: readonly { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }[]
  readonly printed: readonly string[]
  readonly warnings: readonly string[]
  readonly store: TinyStore
}

/** Runs `bench <line>` as the command line would, over engines that share `store`. */
export async function runBench(line: readonly string[], store = createTinyStore(), json = false): Promise<Ran> {
  const [name, ...rest] = line
  const chosen = command.subcommands?.find((each) => each.name === name)
  assert.ok(chosen !== undefined, `no bench ${String(name)}`)
  const tables: Ran['tables'][number][] = []
  const [printed, warnings, values]: [string[], string[], unknown[]] = [[], [], []]
  const terminal: CommandTools['terminal'] = {
    json,
    print: (text) => void printed.push(text),
    printJson: (value) => void values.push(value),
    warn: (text) => void warnings.push(text),
    table: (head, rows) => void tables.push({ head, rows }),
    progress: () => ({ advance: () => undefined, stop: () => undefined }),
  }
  const tools = {
    terminal,
    signal: new AbortController().signal,
    engine: async (_: string, overrides: Readonly<Record<string, unknown>>) => Promise.resolve(createTinyEngine(store, overrides)),
  } as unknown as CommandTools
  const code = (await chosen.run?.(parse(chosen, rest), tools)) ?? 1
  return { code, json: values[0], tables, printed, warnings, store }
}

function parse(chosen: Command, rest: readonly string[]) {
  const program = new Program(chosen.name)
  for (const { flags, description } of chosen.arguments) program.argument(flags, description)
  for (const option of chosen.options) program.option(option.flags, option.description, option.default)
  program.parse(rest, { from: 'user' })
  return {
    arguments: program.processedArgs.flat().filter((each) => typeof each === 'string'),
    options: program.opts<Record<string, string | boolean>>(),
  }
}
