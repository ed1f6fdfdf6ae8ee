import type { Command } from '../../src/core/ports/command.ts'
import { AppError } from '../../src/core/errors.ts'
import { choiceOption, listOption, numberOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { openDataset } from '../dataset.ts'
import { writeJsonFile } from '../json-file.ts'
import { withSession } from '../session.ts'
import { describeMachine } from '../machine.ts'
import { settingsOption } from '../settings-option.ts'
import { show } from '../tables/show.ts'
import { tuneTables } from '../tables/tune-table.ts'
import { marginFigures, mixFigures } from './mix.ts'
import { observe, type ObservedSet } from './observe.ts'
import type { TuneResult } from './result.ts'

const WEIGHTS = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]
const MARGINS = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2]

export const tuneCommand: Command = {
  name: 'tune',
  summary: "Measure what a profile's reranker weight and rerank margin should be",
  arguments: [],
  options: [
    { flags: '--dataset <folder,...>', description: 'folders in BEIR layout' },
    COMMON_OPTIONS.profile,
    { flags: '--half <half>', description: 'which questions, by a hash of their id: dev, test or all', default: 'dev' },
    { flags: '--unit <unit>', description: 'chunk or document', default: 'chunk' },
    { flags: '--limit <queries>', description: 'only the first queries of each set' },
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench tune --dataset ../shared/data/scifact,../shared/data/clapnq_dev --profile fast'],
  async run({ options }, tools) {
    const folders = listOption(options, 'dataset')
    if (folders.length === 0) throw new AppError('invalid_request', 'name at least one folder in BEIR layout: --dataset <folder>')
    const shape = {
      profile: textOption(options, 'profile') ?? 'standard',
      unit: choiceOption(options, 'unit', ['chunk', 'document'], 'chunk'),
      language: textOption(options, 'language') ?? 'English',
    }
    const half = choiceOption(options, 'half', ['dev', 'test', 'all'], 'dev')
    const limit = numberOption(options, 'limit', { min: 1, max: 200_000 }, 200_000)
    const result = await withSession(tools, textOption(options, 'cache') ?? '.bench', settingsOption(options), async (session) => {
      const sets: ObservedSet[] = []
      for (const folder of folders) sets.push(await observe(session, await openDataset(folder), shape, half, limit))
      return tuneResult(sets, { ...shape, half, versions: session.engine.versions })
    })
    const out = textOption(options, 'out')
    if (out !== null) await writeJsonFile(out, result)
    show(tools.terminal, result, tuneTables(result))
    return 0
  },
}

function tuneResult(sets: readonly ObservedSet[], asked: Pick<TuneResult, 'profile' | 'unit' | 'half' | 'versions'>): TuneResult {
  const weighty = WEIGHTS.filter((weight) => weight > 0)
  return {
    bench: 'tune',
    ...asked,
    queries: sets.reduce((sum, { queries }) => sum + queries.length, 0),
    mixes: WEIGHTS.map((weight) => mixFigures(sets, weight)),
    margins: weighty.flatMap((weight) => MARGINS.map((margin) => marginFigures(sets, weight, margin))),
    machine: describeMachine(),
  }
}
