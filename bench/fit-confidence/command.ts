import { AppError } from '../../src/core/errors.ts'
import type { Command } from '../../src/core/ports/command.ts'
import { listOption, numberOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { withSession } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { fitConfidenceTables } from '../tables/fit-confidence-table.ts'
import { show } from '../tables/show.ts'
import { fitConfidenceModel, type WithScorer } from './run.ts'

/** What an engine is told, so that only words rank. */
const SETTINGS = { hybrid: {}, lexical: { 'intents.default_plan.vector_depth': 0 } } as const

export const fitConfidenceCommand: Command = {
  name: 'fit-confidence',
  summary: 'Fit relevance and confidence (models/confidence-v0) to questions that indexes can answer and those that they cannot',
  arguments: [],
  options: [
    { flags: '--dataset <folder,...>', description: 'two folders or more in BEIR layout, with their evidence' },
    { flags: '--limit <queries>', description: 'own questions of each set, and foreign ones, at most' },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: [
    'ration bench fit-confidence --dataset ../shared/data/hotpotqa_kag100,../shared/data/clapnq_dev --profile fast --out models/confidence-v0/fast.json',
  ],
  async run({ options }, tools) {
    const folders = listOption(options, 'dataset')
    if (folders.length < 2) throw new AppError('invalid_request', 'name two folders at least: --dataset <folder,...>')
    const asked = {
      profile: textOption(options, 'profile') ?? 'standard',
      language: textOption(options, 'language') ?? 'English',
      limit: numberOption(options, 'limit', { min: 1, max: 200_000 }, 300),
    }
    const cache = textOption(options, 'cache') ?? '.bench'
    const withScorer: WithScorer = (scorer, use) => withSession(tools, cache, { ...settingsOption(options), ...SETTINGS[scorer] }, use)
    const result = await fitConfidenceModel(withScorer, folders, asked)
    const out = textOption(options, 'out')
    if (out !== null) await writeJsonFile(out, result)
    show(tools.terminal, result, fitConfidenceTables(result))
    return 0
  },
}
