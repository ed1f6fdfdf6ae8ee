import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, listOption, numberOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { readSource } from '../latency/source.ts'
import { ingestTables } from '../tables/ingest-table.ts'
import { show } from '../tables/show.ts'
import { measureMemory } from './memory.ts'
import { startProgram, type Program } from './program.ts'
import { measureQueries } from './queries.ts'
import { measureRate } from './rate.ts'
import type { IngestResult } from './result.ts'

const MEASURES = ['rate', 'memory', 'queries'] as const

export const ingestCommand: Command = {
  name: 'ingest',
  summary: 'How fast files become searchable, what memory that takes, and what questions feel of it',
  arguments: [{ flags: '[folder...]', description: 'more sources' }],
  options: [
    { flags: '--source <folder,...>', description: 'real text: folders of Markdown' },
    { flags: '--measure <what>', description: 'rate, memory or queries', default: 'rate' },
    { ...COMMON_OPTIONS.profile, default: 'fast' },
    { flags: '--rounds <count>', description: 'of rate', default: '3' },
    { flags: '--documents <count>', description: 'of memory, and of the bulk job of queries', default: '200000' },
    { flags: '--bulk <folder,...>', description: 'text of the bulk job of queries; the sources where none is named' },
    { flags: '--pages <count>', description: 'of the PDF of queries', default: '3000' },
    { flags: '--seconds <seconds>', description: 'of questions to the idle service', default: '20' },
    { flags: '--rate <rate>', description: 'questions a second', default: '10' },
    COMMON_OPTIONS.out,
  ],
  examples: [
    'ration bench ingest --source ../shared/corpora/redis-doc',
    'ration bench ingest --measure queries --source docs --documents 500',
  ],
  run,
}

/** Runs the program itself, in a folder of its own below the temporary one. */
async function run(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-bench-'))
  const program = await startProgram(directory)
  try {
    const result = await measure(program, directory, input, tools)
    const out = textOption(input.options, 'out')
    if (out !== null) await writeJsonFile(out, result)
    show(tools.terminal, result, ingestTables(result))
    return 0
  } finally {
    await program.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function measure(
  program: Program,
  directory: string,
  { arguments: named, options }: CommandInput,
  tools: CommandTools,
): Promise<IngestResult> {
  const folders = [...listOption(options, 'source'), ...named]
  if (folders.length === 0) throw new AppError('invalid_request', 'name at least one folder of text: --source <folder>', {})
  const profile = textOption(options, 'profile') ?? 'fast'
  const documents = numberOption(options, 'documents', { min: 1, max: 10_000_000 }, 200_000)
  switch (choiceOption(options, 'measure', MEASURES, 'rate')) {
    case 'rate': {
      const rounds = numberOption(options, 'rounds', { min: 1, max: 100 }, 3)
      const progress = tools.terminal.progress('loads', rounds + 1)
      return measureRate(program, { profile, folders, rounds }, () => progress.advance(1)).finally(() => progress.stop())
    }
    case 'memory': {
      const source = (await readSource(folders)).documents
      const progress = tools.terminal.progress('documents', documents)
      const file = join(directory, 'documents.jsonl')
      return measureMemory(program, { profile, documents, source, file }, (by) => progress.advance(by)).finally(() => progress.stop())
    }
    case 'queries': {
      const source = await readSource(folders)
      const other = listOption(options, 'bulk')
      const bulk = other.length === 0 ? source.documents : (await readSource(other)).documents
      const pdfPages = numberOption(options, 'pages', { min: 1, max: 10_000 }, 3000)
      const seconds = numberOption(options, 'seconds', { min: 5, max: 3600 }, 20)
      const rate = numberOption(options, 'rate', { min: 1, max: 1000 }, 10)
      const clock = { now: () => performance.now(), wall: () => Date.now() }
      return measureQueries(
        program,
        { profile, folders, source, bulk, rate, seconds, pdfPages, bulkDocuments: documents },
        clock,
        tools.signal,
      )
    }
  }
}
