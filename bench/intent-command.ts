import type { Command, CommandInput, CommandTools, ExitCode } from '../src/core/ports/command.ts'
import { textOption } from './arguments.ts'
import { COMMON_OPTIONS } from './common-options.ts'
import { measureIntent } from './intent/measure.ts'
import { writeJsonFile } from './json-file.ts'
import type { IntentResult } from './intent-result.ts'
import { describeMachine } from './machine.ts'
import { withSession } from './session.ts'
import { settingsOption } from './settings-option.ts'
import { intentTable } from './tables/intent-table.ts'
import { show } from './tables/show.ts'

export const intentCommand: Command = {
  name: 'intent',
  summary: 'Measure the intent classifier on its held-out questions',
  arguments: [],
  options: [COMMON_OPTIONS.out, COMMON_OPTIONS.cache, COMMON_OPTIONS.set],
  examples: ['ration bench intent'],
  run,
}

async function run({ options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const cache = textOption(options, 'cache') ?? '.bench'
  const result = await withSession(tools, cache, settingsOption(options), ({ engine }): Promise<IntentResult> => {
    const { questions, macroF1, majorityMacroF1, accuracy, calibrationError, p50Ms } = measureIntent(engine.classifier)
    return Promise.resolve({
      bench: 'intent',
      questions,
      macro_f1: macroF1,
      majority_macro_f1: majorityMacroF1,
      accuracy,
      calibration_error: calibrationError,
      p50_ms: p50Ms,
      classifier: engine.classifier.fingerprint,
      versions: engine.versions,
      machine: describeMachine(),
    })
  })
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, [intentTable(result)])
  return 0
}
