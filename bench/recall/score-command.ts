import { stat } from 'node:fs/promises'
import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { listOption, numbersOption } from '../arguments.ts'
import { openDataset } from '../dataset.ts'
import { readTextFile } from '../json-file.ts'
import { scoreQuery } from '../metrics/score-query.ts'
import { intervals, meanScores } from '../metrics/summarise.ts'
import { show } from '../tables/show.ts'
import { figure } from '../tables/table.ts'
import { parseQrels, parseRun, type Qrels } from '../trec.ts'

export const scoreCommand: Command = {
  name: 'score',
  summary: 'Measure a TREC run of any system against judgements',
  arguments: [{ flags: '<run>', description: 'TREC run file' }],
  options: [
    { flags: '--qrels <file>', description: 'TREC judgements, or a folder in BEIR layout' },
    { flags: '--k <k,...>', description: 'depths of recall and success', default: '1,5,10,20,100' },
  ],
  examples: ['ration bench score runs/scifact.hybrid.run --qrels ../shared/data/scifact'],
  run,
}

async function run({ arguments: [file], options }: CommandInput, { terminal }: CommandTools): Promise<ExitCode> {
  const [source] = listOption(options, 'qrels')
  if (file === undefined || source === undefined) throw new AppError('invalid_request', 'name a run and its --qrels', {})
  const qrels = await readQrels(source)
  const rankings = parseRun(await readTextFile(file))
  // Queries that the run does not answer count as 0; trec_eval wants -c for that.
  const judged = [...qrels].filter(([, grades]) => [...grades.values()].some((grade) => grade > 0))
  if (judged.length === 0) throw new AppError('invalid_dataset', `${source} judges nothing relevant`, { file: source })
  const asked = numbersOption(options, 'k', { min: 1, max: 10_000 })
  const ks = asked.length > 0 ? asked : [1, 5, 10, 20, 100]
  const scores = judged.map(([query, grades]) =>
    scoreQuery(
      (rankings.get(query) ?? []).map(({ doc }) => doc),
      grades,
      ks,
    ),
  )
  const figures = meanScores(scores)
  const result = { bench: 'score', run: file, queries: judged.length, ...figures, interval: intervals(scores) }
  show(terminal, result, [{ head: ['metric', 'mean'], rows: Object.entries(figures).map(([name, value]) => [name, figure(value)]) }])
  return 0
}

/** A folder gives the judgements of its test split. */
async function readQrels(source: string): Promise<Qrels> {
  const folder = await stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return folder ? (await openDataset(source)).qrels : parseQrels(await readTextFile(source))
}
