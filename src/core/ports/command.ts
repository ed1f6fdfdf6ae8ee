import type { BackupProgress, BackupSummary, RestoreRequest } from './backup.ts'
import type { Engine } from './engine.ts'

/**
 * What a command of the `ration` program is made of. Commands live in the room that they drive; `src/cli.ts` reads these
 * descriptions, parses the arguments and runs them. A command talks to the service through `api` (the socket of the process
 * that owns the data directory, started for the command where none runs) and to people through `terminal`.
 */
export interface Command {
  readonly name: string
  readonly summary: string
  /** As commander writes them: `<query>`, `[name]`, `<path...>`. */
  readonly arguments: readonly { readonly flags: string; readonly description: string }[]
  readonly options: readonly { readonly flags: string; readonly description: string; readonly default?: string }[]
  readonly examples: readonly string[]
  readonly subcommands?: readonly Command[]
  run?(input: CommandInput, tools: CommandTools): Promise<ExitCode>
}

export interface CommandInput {
  readonly arguments: readonly string[]
  /** By long option name in camelCase; `true` for flags. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** 0 done; 1 failed; 2 wrong usage; 3 done, but some documents failed; 4 a benchmark missed its expectation; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130

export interface CommandTools {
  readonly terminal: Terminal
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal
  /** A client of the service that owns the data directory; starts one inside this process where none runs. */
  api(): Promise<Api>
  /** An engine over `directory`, with `overrides` (dotted paths) laid over the configuration; for benchmarks, which never touch the service's data. */
  engine(directory: string, overrides: Readonly<Record<string, unknown>>): Promise<Engine>
  /** Puts a backup into the data directory, which nobody may own meanwhile; see `RestoreRequest`. */
  restore(
    request: Omit<RestoreRequest, 'directory'>,
    progress: (progress: BackupProgress) => void,
  ): Promise<{ readonly directory: string; readonly summary: BackupSummary }>
  /** The effective configuration, each value with where it came from; secrets masked. */
  configuration(): readonly ConfigValue[]
  /** Runs another command of the program with these tools, as if it had been called. */
  run(command: string, input: CommandInput): Promise<ExitCode>
  /** Runs the service until `signal`; resolves when it listens, with its address. `quiet`: its log is for failures, and not on standard output. */
  serve(options: { readonly quiet: boolean }): Promise<{ readonly url: string; closed: Promise<void> }>
}

export interface ConfigValue {
  readonly path: string
  readonly value: unknown
  readonly source: 'default' | 'file' | 'environment' | 'option'
}

export interface Terminal {
  /** `--json`: one JSON value on standard output and nothing else there. */
  readonly json: boolean
  print(text: string): void
  printJson(value: unknown): void
  /** To standard error. */
  warn(text: string): void
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
  /** A bar on standard error where that is a terminal, a line every few seconds where it is not, nothing with `--json`. */
  progress(label: string, total: number | null): Progress
}

export interface Progress {
  advance(by: number, note?: string): void
  stop(): void
}

/** The HTTP API of the owner, without addresses. Rejects with AppError of the problem's code for answers of 400 and above. */
export interface Api {
  request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>
  /** Sends lines of JSON (an undefined one is blank and only says that more will come) while reading lines of JSON; the answer ends when the server ends it. */
  stream(path: string, lines: AsyncIterable<unknown>, signal: AbortSignal): AsyncIterable<unknown>
}
