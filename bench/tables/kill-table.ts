import type { Machine } from '../machine.ts'
import type { Table } from './table.ts'

/** What `node test/kill/main.ts --out` writes, run after run: services killed at random moments, against an oracle. */
export interface KillResults {
  readonly bench: 'kill'
  readonly runs: readonly KillRunFigures[]
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
}

interface KillRunFigures {
  readonly seed: number
  readonly seconds: number
  readonly kills: number
  readonly acknowledged: number
  readonly queries: number
  readonly rebuilds: number
  readonly publishes: number
  readonly rollbacks: number
  readonly lost: number
  readonly phantom: number
  readonly duplicated: number
  readonly wrong: number
  readonly refusedToOpen: number
}

type Count = Exclude<keyof KillRunFigures, 'seed'>

const COLUMNS: readonly (readonly [head: string, count: Count])[] = [
  ['kills', 'kills'],
  ['s', 'seconds'],
  ['acknowledged', 'acknowledged'],
  ['questions', 'queries'],
  ['rebuilds', 'rebuilds'],
  ['publications', 'publishes'],
  ['rollbacks', 'rollbacks'],
  ['lost', 'lost'],
  ['phantom', 'phantom'],
  ['duplicated', 'duplicated'],
  ['wrong', 'wrong'],
  ['refused to open', 'refusedToOpen'],
]

export const killTable = ({ runs }: KillResults): Table => ({
  head: ['run', ...COLUMNS.map(([head]) => head)],
  rows: [
    ...runs.map((run) => [`seed ${run.seed}`, ...COLUMNS.map(([, count]) => String(run[count]))]),
    ['all', ...COLUMNS.map(([, count]) => String(runs.reduce((sum, run) => sum + run[count], 0)))],
  ],
})
