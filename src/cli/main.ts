import { CommanderError } from 'commander'
import { AppError } from '../core/errors.ts'
import type { Command, CommandInput, ExitCode } from '../core/ports/command.ts'
import { exitCodeOf, failureText } from './failure.ts'
import type { Output } from './output.ts'
import { createProgram, type GlobalOptions } from './program.ts'
import { createTerminal } from './terminal.ts'
import { openTools } from './tools.ts'

export interface MainContext {
  readonly commands: readonly Command[]
  readonly stdout: Output
  readonly stderr: Output
  /** Fires when the command should end. */
  readonly signal: AbortSignal
}

/** Runs one command line; never rejects. Results go to `stdout`, everything else to `stderr`. */
export async function main(argv: readonly string[], context: MainContext): Promise<ExitCode> {
  const { stdout, stderr, signal } = context
  const json = argv.includes('--json')
  let exitCode: ExitCode = 0
  const run = async (command: Command, input: CommandInput, options: GlobalOptions): Promise<void> => {
    const opened = openTools(options, { commands: context.commands, terminal: createTerminal({ json, stdout, stderr }), signal })
    try {
      exitCode = (await command.run?.(input, opened.tools)) ?? 0
    } finally {
      await opened.close()
    }
  }
  try {
    await createProgram(context.commands, run, context).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    // Commander has printed the help itself where nothing was asked for.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2
    const failure = error instanceof CommanderError ? usageError(error) : error
    stderr.write(signal.aborted ? 'interrupted\n' : failureText(failure, json))
    return signal.aborted ? 130 : exitCodeOf(failure)
  }
}

const usageError = (error: CommanderError): AppError =>
  new AppError('invalid_request', error.message.replace(/^error: /, '').replaceAll('\n', ' '), {}, { cause: error })
