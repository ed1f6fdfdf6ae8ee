import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, listOption, numberOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { withSession } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { abstainTables } from '../tables/abstain-table.ts'
import { show } from '../tables/show.ts'
import { runAbstain } from './run.ts'

export const abstainCommand: Command = {
  name: 'abstain',
  summary: 'How often each index says that it knows nothing: asked its own questions and those of the others',
  arguments: [{ flags: '[folder...]', description: 'more data sets' }],
  options: [
    { flags: '--dataset <folder,...>', description: 'two folders or more in BEIR layout; unanswerable.jsonl is used where it stands' },
    { flags: '--others <folder,...>', description: 'data sets of which only the questions are asked' },
    {
      flags: '--calibrate <with>',
      description: 'own: the development half of an index’s own questions; made: questions made out of its text',
      default: 'own',
    },
    { flags: '--questions <count>', description: 'questions of the other sets that each index is asked', default: '500' },
    { flags: '--limit <queries>', description: 'own questions of each kind at most' },
    { flags: '--budget <tokens>', description: 'budget of every question', default: '1024' },
    { flags: '--half <half>', description: 'which questions, by a hash of their id: dev, test or all', default: 'all' },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench abstain --dataset ../shared/data/hotpotqa_kag100,../shared/data/clapnq_dev --questions 500'],
  run,
}

const MOST_QUERIES = 200_000

async function run({ arguments: folders, options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const datasets = [...listOption(options, 'dataset'), ...folders]
  if (datasets.length < 2) throw new AppError('invalid_request', 'name two folders at least: --dataset <folder,...>', {})
  const settings = settingsOption(options)
  const asked = {
    profile: textOption(options, 'profile') ?? 'standard',
    language: textOption(options, 'language') ?? 'English',
    half: choiceOption(options, 'half', ['dev', 'test', 'all'], 'all'),
    questions: numberOption(options, 'questions', { min: 1, max: MOST_QUERIES }, 500),
    limit: numberOption(options, 'limit', { min: 1, max: MOST_QUERIES }, MOST_QUERIES),
    budget: numberOption(options, 'budget', { min: 1, max: 1_000_000 }, 1024),
    calibrate: choiceOption(options, 'calibrate', ['own', 'made'], 'own'),
    settings,
  }
  const cache = textOption(options, 'cache') ?? '.bench'
  const result = await withSession(tools, cache, settings, (session) => runAbstain(session, datasets, listOption(options, 'others'), asked))
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, abstainTables(result))
  return 0
}
