import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { choiceOption, listOption, numberOption, numbersOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import { withSession } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { latencyTables } from '../tables/latency-table.ts'
import { show } from '../tables/show.ts'
import type { LatencyFigures, LatencyResult } from './result.ts'
import { runLatency, type LatencyOptions } from './run.ts'
import { readSource } from './source.ts'

export const latencyCommand: Command = {
  name: 'latency',
  summary: 'Open-loop load on the query path, stage by stage, against the two raw index calls in the same run',
  arguments: [{ flags: '[folder...]', description: 'more sources' }],
  options: [
    { flags: '--source <folder,...>', description: 'real text: folders in BEIR layout or of Markdown' },
    { flags: '--chunks <count,...>', description: 'sizes of index; the text is repeated with edits', default: '10000,100000' },
    { ...COMMON_OPTIONS.profile, default: 'fast' },
    { flags: '--k <candidates>', description: 'candidates of each leg', default: '100' },
    { flags: '--seconds <seconds>', description: 'load for each system', default: '20' },
    { flags: '--rate <rate>', description: 'requests a second, or auto: half of the saturation rate', default: 'auto' },
    { flags: '--arrivals <kind>', description: 'poisson or fixed', default: 'poisson' },
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench latency --source ../shared/corpora/redis-doc,../shared/data/scifact --chunks 10000'],
  run,
}

async function run({ arguments: folders, options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const sources = [...listOption(options, 'source'), ...folders]
  if (sources.length === 0) throw new AppError('invalid_request', 'name at least one folder of text: --source <folder>', {})
  const sizes = numbersOption(options, 'chunks', { min: 1, max: 10_000_000 })
  const load = readLoad(options)
  const cache = textOption(options, 'cache') ?? '.bench'
  const result = await withSession(tools, cache, settingsOption(options), async (session): Promise<LatencyResult> => {
    const source = await readSource(sources)
    const results: LatencyFigures[] = []
    for (const chunks of sizes.length > 0 ? sizes : [10_000, 100_000]) results.push(await runLatency(session, source, chunks, load))
    return { bench: 'latency', profile: load.profile, results, versions: session.engine.versions, machine: describeMachine() }
  })
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, latencyTables(result))
  return 0
}

const readLoad = (options: CommandInput['options']): LatencyOptions => ({
  profile: textOption(options, 'profile') ?? 'fast',
  language: textOption(options, 'language') ?? 'English',
  k: numberOption(options, 'k', { min: 1, max: 400 }, 100),
  seconds: numberOption(options, 'seconds', { min: 1, max: 3600 }, 20),
  rate: textOption(options, 'rate') === 'auto' ? null : rateOption(options),
  arrivals: choiceOption(options, 'arrivals', ['poisson', 'fixed'], 'poisson'),
})

const rateOption = (options: CommandInput['options']): number | null =>
  textOption(options, 'rate') === null ? null : numberOption(options, 'rate', { min: 1, max: 100_000 }, 1)
