import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, choicesOption, flagOption, listOption, numberOption, numbersOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { settingsOption } from '../settings-option.ts'
import { budgetTables } from '../tables/budget-table.ts'
import { show } from '../tables/show.ts'
import type { BudgetResult, BudgetResults } from './result.ts'
import { runBudget, type BudgetOptions } from './run.ts'
import { ALL_SYSTEMS, DEFAULT_SYSTEMS } from './systems.ts'

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
  ],
  run,
}

async function run({ arguments: folders, options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const datasets = [...listOption(options, 'dataset'), ...folders]
  if (datasets.length === 0) throw new AppError('invalid_request', 'name at least one folder: --dataset <folder>', {})
  const asked = readOptions(options)
  const results: BudgetResult[] = []
  for (const folder of datasets) results.push(await runBudget(tools, folder, asked))
  const [single] = results
  const result: BudgetResult | BudgetResults =
    single !== undefined && results.length === 1 ? single : { bench: 'budget', profile: asked.profile, datasets: results }
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, budgetTables(result))
  return 0
}

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
