import type { ChunkUnit } from '../../src/core/types.ts'
import { AppError } from '../../src/core/errors.ts'
import type { CommandInput } from '../../src/core/ports/command.ts'
import { choiceOption, choicesOption, flagOption, listOption, numberOption, numbersOption, textOption } from '../arguments.ts'
import { SYSTEMS, type System } from './systems.ts'

export interface RecallOptions {
  readonly datasets: readonly string[]
  readonly profile: string
  readonly unit: ChunkUnit
  readonly language: string
  readonly systems: readonly System[]
  readonly ks: readonly number[]
  /** Distinct documents of a ranking: enough for every k, at least 100. */
  readonly depth: number
  readonly hierarchy: boolean
  readonly intent: boolean
  readonly limit: number
  readonly perQuery: boolean
  readonly out: string | null
  readonly runs: string | null
  readonly baseline: string | null
  readonly cache: string
}

const K_RANGE = { min: 1, max: 400 }
const ON_OFF = ['on', 'off'] as const

/** Throws `invalid_request` for what is not allowed. */
export function readRecallOptions({ arguments: folders, options }: CommandInput): RecallOptions {
  const datasets = [...listOption(options, 'dataset'), ...folders]
  if (datasets.length === 0) throw new AppError('invalid_request', 'name at least one folder in BEIR layout: --dataset <folder>', {})
  const ks = numbersOption(options, 'k', K_RANGE)
  return {
    datasets,
    profile: textOption(options, 'profile') ?? 'standard',
    unit: choiceOption(options, 'unit', ['chunk', 'document'], 'chunk'),
    language: textOption(options, 'language') ?? 'English',
    systems: withAuto(choicesOption(options, 'legs', SYSTEMS)),
    ks: ks.length > 0 ? ks : [1, 5, 10, 20, 100],
    depth: Math.max(100, ...ks),
    hierarchy: choiceOption(options, 'hierarchy', ON_OFF, 'off') === 'on',
    intent: choiceOption(options, 'intent', ON_OFF, 'off') === 'on',
    limit: numberOption(options, 'limit', { min: 1, max: 200_000 }, 200_000),
    perQuery: flagOption(options, 'perQuery') || textOption(options, 'baseline') !== null,
    out: textOption(options, 'out'),
    runs: textOption(options, 'runs'),
    baseline: textOption(options, 'baseline'),
    cache: textOption(options, 'cache') ?? '.bench',
  }
}

/** Always reranking is only worth reading beside the decision whether to. */
function withAuto(systems: readonly System[]): readonly System[] {
  const wanted = new Set<System>(systems.length > 0 ? systems : SYSTEMS)
  if (wanted.has('rerank')) wanted.add('auto')
  return SYSTEMS.filter((system) => wanted.has(system))
}
