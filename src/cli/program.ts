import { Option, Command as Program } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import type { Command, CommandInput } from '../core/ports/command.ts'
import type { Output } from './output.ts'

export interface GlobalOptions {
  /** Data directory; undefined leaves the configured one. */
  readonly data?: string
  /** Configuration file; undefined leaves `RATION_CONFIG` or the one in the current folder. */
  readonly config?: string
  readonly json?: boolean
}

type Run = (command: Command, input: CommandInput, options: GlobalOptions) => Promise<void>

const EXIT_CODES = `
Exit codes:
  0    done
  1    failed
  2    wrong usage: an argument, an option or a setting
  3    done, but some documents failed
  4    a benchmark missed its expectation
  130  interrupted; the index is consistent

Errors are one line on standard error, \`code: message\`; with --json a problem object. docs/errors.md lists the codes.`

/** The command line as commander understands it. Throws CommanderError instead of leaving the process. */
export function createProgram(
  commands: readonly Command[],
  run: Run,
  output: { readonly stdout: Output; readonly stderr: Output },
): Program {
  const program = new Program('ration')
    .description('A retrieval service for RAG that keeps a token budget as a contract')
    .version(manifest.version)
    .option('--data <folder>', 'data directory (default: the setting data.directory, .ration)')
    .option('--config <file>', 'configuration file (default: RATION_CONFIG, or ration.config.json in this folder)')
    .option('--json', 'one JSON value on standard output and nothing else there')
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.stdout.write(text),
      writeErr: (text) => output.stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride()
  for (const command of commands) add(program, command, run)
  return program
}

function add(parent: Program, command: Command, run: Run): void {
  const program = parent.command(command.name).description(command.summary)
  for (const { flags, description } of command.arguments) program.argument(flags, description)
  for (const option of command.options) program.option(option.flags, option.description, option.default)
  if (command.examples.length > 0) program.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`)
  for (const subcommand of command.subcommands ?? []) add(program, subcommand, run)
  if (command.run === undefined) return
  program.action(async () => {
    const given: unknown[] = program.processedArgs
    const input = { arguments: given.flat().filter((value) => typeof value === 'string'), options: program.opts<CommandInput['options']>() }
    await run(command, input, program.optsWithGlobals<GlobalOptions>())
  })
}

/** What a command gets where only `given` has been said: its options with their defaults. */
export function withDefaults(command: Command, given: CommandInput): CommandInput {
  const defaults = command.options.flatMap((option) =>
    option.default === undefined ? [] : [[new Option(option.flags).attributeName(), option.default] as const],
  )
  return { arguments: given.arguments, options: { ...Object.fromEntries(defaults), ...given.options } }
}
