import { invariant } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { compareResults } from '../compare/compare.ts'
import { differenceTable } from '../compare/table.ts'
import { openDataset } from '../dataset.ts'
import { readJsonFile, writeJsonFile } from '../json-file.ts'
import { withSession } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { recallTables } from '../tables/recall-table.ts'
import { show } from '../tables/show.ts'
import { readRecallOptions } from './options.ts'
import type { RecallResult, RecallResults } from './result.ts'
import { runRecall } from './run.ts'
import { meanOverDatasets } from './summarise.ts'

export const recallCommand: Command = {
  name: 'recall',
  summary: 'Rank the queries of a data set in BEIR layout and measure how well',
  arguments: [{ flags: '[folder...]', description: 'more data sets' }],
  options: [
    { flags: '--dataset <folder,...>', description: 'folders with corpus.jsonl, queries.jsonl, qrels/test.tsv' },
    COMMON_OPTIONS.profile,
    { flags: '--legs <system,...>', description: 'bm25, dense, hybrid, rerank (and auto beside it)', default: 'bm25,dense,hybrid,rerank' },
    { flags: '--unit <unit>', description: 'chunk, or document: one row each', default: 'chunk' },
    { flags: '--k <k,...>', description: 'depths of recall and success', default: '1,5,10,20,100' },
    { flags: '--hierarchy <on|off>', description: 'rank documents first', default: 'off' },
    { flags: '--intent <on|off>', description: 'plan by intent, or the default plan for all', default: 'off' },
    { flags: '--limit <queries>', description: 'only the first queries of each set' },
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    { flags: '--per-query', description: 'keep nDCG@10 of each query in the result, for comparing' },
    { flags: '--runs <folder>', description: 'write a TREC run for each system' },
    { flags: '--baseline <file>', description: 'an earlier result to compare with' },
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: [
    'ration bench recall --dataset ../shared/data/scifact --profile fast --out scifact.json',
    'ration bench recall --dataset a,b,c --unit document --legs bm25,dense,hybrid',
  ],
  run,
}

async function run(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const options = readRecallOptions(input)
  const baseline = options.baseline === null ? null : await readJsonFile(options.baseline)
  const forced = options.hierarchy ? { 'retrieve.hierarchy.min_chunks': 1 } : {}
  const results = await withSession(tools, options.cache, { ...forced, ...settingsOption(input.options) }, async (session) => {
    const done: RecallResult[] = []
    for (const folder of options.datasets) done.push(await runRecall(session, await openDataset(folder), options))
    return done
  })
  const joined = join(results)
  const result = baseline === null ? joined : { ...joined, against_baseline: compareResults(baseline, joined) }
  if (options.out !== null) await writeJsonFile(options.out, result)
  show(
    tools.terminal,
    result,
    baseline === null ? recallTables(joined) : [...recallTables(joined), differenceTable(compareResults(baseline, joined))],
  )
  return 0
}

function join(results: readonly RecallResult[]): RecallResult | RecallResults {
  const [first] = results
  invariant(first !== undefined, 'a recall run without a data set')
  if (results.length === 1) return first
  return { bench: 'recall', profile: first.profile, unit: first.unit, datasets: results, mean: meanOverDatasets(results) }
}
