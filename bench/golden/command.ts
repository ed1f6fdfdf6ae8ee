import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { flagOption, textOption } from '../arguments.ts'
import { buildIndex } from '../build-index.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { readJsonFile, writeJsonFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import { readMarkdownFolder, streamOf } from '../markdown-folder.ts'
import { withSession, type Session } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { goldenTable } from '../tables/golden-table.ts'
import { show } from '../tables/show.ts'
import { readCase, type GoldenCase } from './case.ts'
import { measureGolden } from './measure.ts'
import { readQuestions } from './questions.ts'
import { recordExpected } from './record.ts'
import type { GoldenResult } from './result.ts'
import { judgeAll, overall } from './verdict.ts'

export const goldenCommand: Command = {
  name: 'golden',
  summary: 'Run the golden questions of a case file and judge the figures against what it expects',
  arguments: [],
  options: [
    { flags: '--case <file>', description: 'the case file', default: 'bench/cases/docs.json' },
    { flags: '--record', description: 'write the measured figures into the case file as what is expected' },
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench golden', 'ration bench golden --case bench/cases/docs.json --out bench/results/golden.json'],
  run,
}

async function run({ options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const file = textOption(options, 'case') ?? 'bench/cases/docs.json'
  const golden = await readCase(file)
  const cache = textOption(options, 'cache') ?? '.bench'
  const result = await withSession(tools, cache, settingsOption(options), (session) => runGolden(session, golden))
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  if (flagOption(options, 'record')) {
    await writeJsonFile(file, recordExpected((await readJsonFile(file)) as GoldenCase, result.figures))
    tools.terminal.warn(`${file} now expects what was measured`)
    return 0
  }
  show(tools.terminal, result, [goldenTable(result)])
  return result.verdict === 'fail' ? 4 : 0
}

/** Ingests the documents of the case (or finds them ingested), asks every question, judges. */
export async function runGolden(session: Session, golden: GoldenCase): Promise<GoldenResult> {
  const { documents, hash } = await readMarkdownFolder(golden.documents)
  const corpus = { name: golden.name, hash, documents: documents.length, read: () => streamOf(documents) }
  const questions = await readQuestions(golden.questions)
  const { index, figures: ingest } = await buildIndex(session, corpus, golden.settings)
  const figures = await measureGolden(session, index, questions, golden.settings)
  const judged = judgeAll(figures, golden.expected)
  return {
    bench: 'golden',
    case: golden.name,
    profile: golden.settings.profile,
    unit: golden.settings.unit,
    questions: { answerable: questions.answerable.length, unanswerable: questions.unanswerable.length },
    figures,
    judged,
    verdict: overall(judged),
    versions: session.engine.versions,
    ingest,
    machine: describeMachine(),
  }
}
