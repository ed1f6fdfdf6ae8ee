import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, choicesOption, listOption, numberOption, numbersOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { contextTables } from '../tables/context-table.ts'
import { show } from '../tables/show.ts'
import { settingsOption } from '../settings-option.ts'
import { joinMarkdown, readEvidenceSet, type EvidenceSet } from './evidence-set.ts'
import { runContext } from './run.ts'
import { variantsOf } from './variants.ts'

export const contextCommand: Command = {
  name: 'context',
  summary: 'Context tokens and the evidence in them, with hierarchy and intent on and off',
  arguments: [{ flags: '[folder...]', description: 'more data sets' }],
  options: [
    { flags: '--dataset <folder,...>', description: 'folders in BEIR layout; answers.jsonl is used where it stands' },
    { flags: '--corpora <folder,...>', description: 'Markdown trees, joined into one index and asked by their section headings' },
    { flags: '--budget <tokens,...>', description: 'budgets', default: '1024' },
    { flags: '--hierarchy <on|off,...>', description: 'which to run; the first is what the others are compared with', default: 'off,on' },
    { flags: '--intent <on|off,...>', description: 'likewise', default: 'off,on' },
    { flags: '--unit <unit>', description: 'chunk or document', default: 'chunk' },
    { flags: '--limit <queries>', description: 'only the first queries of each set' },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: [
    'ration bench context --dataset ../shared/data/scifact --budget 512,1024',
    'ration bench context --corpora a,b,c --hierarchy off,on',
  ],
  run,
}

/** Questions made from headings: enough for an interval of about .03. */
const KNOWN_ITEMS = 300
const MOST_QUERIES = 200_000

async function run({ arguments: folders, options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const datasets = [...listOption(options, 'dataset'), ...folders]
  const corpora = listOption(options, 'corpora')
  if (datasets.length + corpora.length === 0) throw new AppError('invalid_request', 'name at least one folder: --dataset or --corpora', {})
  const sets: EvidenceSet[] = []
  for (const folder of datasets) sets.push(await readEvidenceSet(folder))
  if (corpora.length > 0) sets.push(await joinMarkdown(corpora, KNOWN_ITEMS))
  const budgets = numbersOption(options, 'budget', { min: 1, max: 1_000_000 })
  const result = await runContext(tools, sets, {
    shape: {
      profile: textOption(options, 'profile') ?? 'standard',
      unit: choiceOption(options, 'unit', ['chunk', 'document'], 'chunk'),
      language: textOption(options, 'language') ?? 'English',
    },
    budgets: budgets.length > 0 ? budgets : [1024],
    variants: variantsOf(switches(options, 'hierarchy'), switches(options, 'intent')),
    limit: numberOption(options, 'limit', { min: 1, max: MOST_QUERIES }, MOST_QUERIES),
    cache: textOption(options, 'cache') ?? '.bench',
    settings: settingsOption(options),
  })
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, contextTables(result))
  return 0
}

function switches(options: CommandInput['options'], name: string): readonly boolean[] {
  const chosen = choicesOption(options, name, ['on', 'off'])
  return (chosen.length > 0 ? chosen : ['off', 'on']).map((value) => value === 'on')
}
