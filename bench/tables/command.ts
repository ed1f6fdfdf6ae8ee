import { dirname, join, relative } from 'node:path'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { flagOption, listOption, textOption } from '../arguments.ts'
import { readTextFile, writeTextFile } from '../json-file.ts'
import { fillTables, notMeasured, waitingSections } from '../tables.ts'
import { picturesOf } from './pictures.ts'

/** Where figures are shown. */
const PAGES = ['docs/benchmarks.md', 'README.md']

export const tablesCommand: Command = {
  name: 'tables',
  summary: 'Write the tables and pictures of the pages from the committed results',
  arguments: [],
  options: [
    { flags: '--page <file,...>', description: 'the pages', default: PAGES.join(',') },
    { flags: '--results <folder>', description: 'result files, each named as its marker', default: 'bench/results' },
    { flags: '--pictures <folder>', description: 'where the pictures of the results stand', default: 'docs' },
    { flags: '--check', description: 'write nothing; exit code 4 when a page or picture is not what the results say' },
  ],
  examples: ['ration bench tables', 'ration bench tables --check'],
  run,
}

async function run({ options }: CommandInput, { terminal }: CommandTools): Promise<ExitCode> {
  const named = listOption(options, 'page')
  const results = textOption(options, 'results') ?? 'bench/results'
  const folder = textOption(options, 'pictures') ?? 'docs'
  const checking = flagOption(options, 'check')
  const pages: { page: string; current: boolean }[] = []
  const write = async (file: string, old: string | null, text: string) => {
    const current = old === text
    if (!checking && !current) await writeTextFile(file, text)
    pages.push({ page: file, current })
    if (!terminal.json) terminal.print(verdictOf(file, current, checking))
  }
  for (const file of named.length > 0 ? named : PAGES) {
    const page = await readTextFile(file)
    const filled = await fillTables(page, results, relative(dirname(file), folder))
    await write(file, page, filled)
    for (const name of waitingSections(filled)) terminal.warn(`${file}: ${notMeasured(name)}`)
  }
  for (const [name, picture] of await picturesOf(results)) {
    const file = join(folder, name)
    await write(file, await readTextFile(file).catch(() => null), picture)
  }
  if (terminal.json) terminal.printJson({ pages })
  return checking && pages.some(({ current }) => !current) ? 4 : 0
}

const verdictOf = (file: string, current: boolean, checking: boolean): string =>
  current ? `${file} is current` : checking ? `${file} is not current: run \`ration bench tables\`` : `${file} written`
