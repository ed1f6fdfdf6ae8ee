import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { isBudgetResult } from '../budget/result.ts'
import { readJsonFile } from '../json-file.ts'
import { show } from '../tables/show.ts'
import { compareResults } from './compare.ts'
import { differenceTable } from './table.ts'

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Compare two recall or budget results; paired, with interval and p, where both were made with --per-query',
  arguments: [
    { flags: '<a>', description: 'result before' },
    { flags: '<b>', description: 'result after' },
  ],
  options: [],
  examples: ['ration bench compare before.json after.json'],
  run,
}

async function run({ arguments: [a, b] }: CommandInput, { terminal }: CommandTools): Promise<ExitCode> {
  if (a === undefined || b === undefined) throw new AppError('invalid_request', 'name two result files', {})
  const before = await readJsonFile(a)
  const comparisons = compareResults(before, await readJsonFile(b))
  if (comparisons.length === 0) terminal.warn('the two results share no system on any data set')
  show(terminal, { bench: 'compare', a, b, comparisons }, [differenceTable(comparisons, isBudgetResult(before) ? 'recall' : 'nDCG@10')])
  return 0
}
