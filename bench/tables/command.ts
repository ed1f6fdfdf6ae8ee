import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { flagOption, textOption } from '../arguments.ts'
import { readTextFile, writeTextFile } from '../json-file.ts'
import { fillTables } from '../tables.ts'

export const tablesCommand: Command = {
  name: 'tables',
  summary: 'Write the tables of the benchmark page from the committed results',
  arguments: [],
  options: [
    { flags: '--page <file>', description: 'the page', default: 'docs/benchmarks.md' },
    { flags: '--results <folder>', description: 'result files, each named as its marker', default: 'bench/results' },
    { flags: '--check', description: 'write nothing; exit code 4 when the page is not what the results say' },
  ],
  examples: ['ration bench tables', 'ration bench tables --check'],
  run,
}

async function run({ options }: CommandInput, { terminal }: CommandTools): Promise<ExitCode> {
  const file = textOption(options, 'page') ?? 'docs/benchmarks.md'
  const page = await readTextFile(file)
  const filled = await fillTables(page, textOption(options, 'results') ?? 'bench/results')
  const current = filled === page
  const checking = flagOption(options, 'check')
  if (!checking && !current) await writeTextFile(file, filled)
  if (terminal.json) terminal.printJson({ page: file, current })
  else terminal.print(current ? `${file} is current` : checking ? `${file} is not current: run \`ration bench tables\`` : `${file} written`)
  return checking && !current ? 4 : 0
}
