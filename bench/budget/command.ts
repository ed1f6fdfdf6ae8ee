import { AppError, invariant } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, choicesOption, flagOption, listOption, numberOption, numbersOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { settingsOption } from '../settings-option.ts'
import { budgetTables } from '../tables/budget-table.ts'
import { duplicatesTables, growTables } from '../tables/budget-experiments-table.ts'
import type { Table } from '../tables/table.ts'
import { show } from '../tables/show.ts'
import type { BudgetResult, DuplicatesResult, GrowResult } from './result.ts'
import type { BudgetOptions } from './measure-systems.ts'
import { runDuplicates } from './duplicates.ts'
import { runGrow } from './grow.ts'
import { runBudget } from './run.ts'
import { ALL_SYSTEMS, DEFAULT_SYSTEMS, EXPERIMENT_SYSTEMS } from './systems.ts'

const BUDGETS = [128, 256, 512, 1024, 2048, 4096]
const MOST_QUERIES = 200_000

export const budgetCommand: Command = {
  name: 'budget',
  summary: 'Evidence per token: recall under budgets, beside the ways in which it is usually done',
  arguments: [{ flags: '[folder...]', description: 'more data sets' }],
  options: [
    { flags: '--dataset <folder,...>', description: 'folders in BEIR layout with references.jsonl, evidence.jsonl or answers.jsonl' },
    { flags: '--budget <tokens,...>', description: 'budgets', default: BUDGETS.join(',') },
    { flags: '--systems <name,...>', description: `some of ${ALL_SYSTEMS.join(', ')}` },
    { flags: '--half <half>', description: 'which questions, by a hash of their id: dev, test or all', default: 'all' },
    { flags: '--limit <queries>', description: 'only the first queries of each set' },
    {
      flags: '--duplicates <percent>',
      description: "plant near-duplicates until this share of naive's ten best chunks repeats the others",
    },
    { flags: '--grow <factor>', description: 'add unrelated documents until the corpus is so many times as long' },
    { flags: '--filler <folder,...>', description: 'where they come from: folders in BEIR layout or trees of Markdown' },
    { flags: '--per-query', description: 'keep the recall of every question in the result' },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: [
    'ration bench budget --dataset ../shared/data/chunking_eval --half test --out result.json',
    'ration bench budget --dataset ../shared/data/chunking_eval --systems ration --half dev --profile fast',
    'ration bench budget --dataset ../shared/data/chunking_eval --duplicates 40',
    'ration bench budget --dataset ../shared/data/chunking_eval --grow 10 --filler ../shared/corpora/redis-doc,../shared/data/scifact',
  ],
  run,
}

async function run({ arguments: folders, options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const datasets = [...listOption(options, 'dataset'), ...folders]
  if (datasets.length === 0) throw new AppError('invalid_request', 'name at least one folder: --dataset <folder>', {})
  const asked = readOptions(options)
  const results: OneResult[] = []
  for (const folder of datasets) results.push(await runOne(tools, folder, options, asked))
  const [first] = results
  invariant(first !== undefined, 'no data set was asked')
  const result = results.length === 1 ? first : { bench: first.bench, profile: asked.profile, datasets: results }
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, results.flatMap(tablesOfOne))
  return 0
}

type OneResult = BudgetResult | DuplicatesResult | GrowResult

function runOne(tools: CommandTools, folder: string, options: CommandInput['options'], asked: BudgetOptions): Promise<OneResult> {
  const share = numberOption(options, 'duplicates', { min: 1, max: 60 }, 0) / 100
  const factor = numberOption(options, 'grow', { min: 2, max: 1000 }, 1)
  const filler = listOption(options, 'filler')
  if (share > 0 && factor > 1) throw new AppError('invalid_request', 'ask for --duplicates or for --grow, not for both', {})
  if (factor > 1 && filler.length === 0) throw new AppError('invalid_request', '--grow needs --filler <folder,...>', {})
  const few = { ...asked, systems: listOption(options, 'systems').length > 0 ? asked.systems : EXPERIMENT_SYSTEMS }
  if (share > 0) return runDuplicates(tools, folder, share, few)
  if (factor > 1) return runGrow(tools, folder, { factor, filler }, few)
  return runBudget(tools, folder, asked)
}

const tablesOfOne = (result: OneResult): readonly Table[] =>
  result.bench === 'budget' ? budgetTables(result) : result.bench === 'budget-grow' ? growTables(result) : duplicatesTables(result)

function readOptions(options: CommandInput['options']): BudgetOptions {
  const budgets = numbersOption(options, 'budget', { min: 1, max: 1_000_000 })
  const systems = choicesOption(options, 'systems', ALL_SYSTEMS)
  return {
    profile: textOption(options, 'profile') ?? 'standard',
    language: textOption(options, 'language') ?? 'English',
    half: choiceOption(options, 'half', ['dev', 'test', 'all'], 'all'),
    limit: numberOption(options, 'limit', { min: 1, max: MOST_QUERIES }, MOST_QUERIES),
    budgets: [...new Set(budgets.length > 0 ? budgets : BUDGETS)].sort((a, b) => a - b),
    systems: systems.length > 0 ? systems : DEFAULT_SYSTEMS,
    perQuery: flagOption(options, 'perQuery'),
    cache: textOption(options, 'cache') ?? '.bench',
    settings: settingsOption(options),
  }
}
