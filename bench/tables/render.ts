import { join } from 'node:path/posix'
import { AppError } from '../../src/core/errors.ts'
import type { AbstainResult } from '../abstain/result.ts'
import type { BudgetResults, DuplicatesResults, GrowResults } from '../budget/result.ts'
import type { ContextResult } from '../context/result.ts'
import type { FollowUpsResult } from '../follow-ups/result.ts'
import type { GoldenResult } from '../golden/result.ts'
import type { IngestResult } from '../ingest/result.ts'
import type { IntentResult } from '../intent-result.ts'
import type { LatencyResult } from '../latency/result.ts'
import type { NearResult } from '../near/result.ts'
import type { PackingResult } from '../packing/result.ts'
import type { RecallResult, RecallResults } from '../recall/result.ts'
import type { TuneResult } from '../tune/result.ts'
import { abstainTables } from './abstain-table.ts'
import { duplicatesTables, growTables } from './budget-experiments-table.ts'
import { budgetTables } from './budget-table.ts'
import { contextTables } from './context-table.ts'
import { followUpsTables } from './follow-ups-table.ts'
import { goldenTable } from './golden-table.ts'
import { ingestTables } from './ingest-table.ts'
import { intentTable } from './intent-table.ts'
import { killTable, type KillResults } from './kill-table.ts'
import { latencyTables } from './latency-table.ts'
import { nearTables } from './near-table.ts'
import { packingTable } from './packing-table.ts'
import { recallTables } from './recall-table.ts'
import { markdownTable, type Table } from './table.ts'
import { tuneTables } from './tune-table.ts'

type AnyResult =
  | BudgetResults
  | DuplicatesResults
  | GrowResults
  | AbstainResult
  | RecallResult
  | RecallResults
  | LatencyResult
  | GoldenResult
  | ContextResult
  | IngestResult
  | IntentResult
  | KillResults
  | TuneResult
  | FollowUpsResult
  | NearResult
  | PackingResult

/** The Markdown of a result file: its tables, and a line that says what it was measured on. Rejects `invalid_dataset` for what is no result. */
export function renderResult(value: unknown, name: string, pictures = ''): string {
  if (typeof value !== 'object' || value === null || !('bench' in value)) throw unknownResult(name)
  const result = value as AnyResult
  return [...pictureOf(result, join(pictures, name)), ...tablesOf(result, name).map(markdownTable), provenance(result)].join('\n\n')
}

/** `ration bench tables` writes them beside the page. */
const pictureOf = ({ bench }: AnyResult, path: string): readonly string[] =>
  bench === 'budget'
    ? [`![Recall over the budget, by system](${path}.svg)`]
    : bench === 'abstain'
      ? [`![How often confidence was right](${path}.svg)`]
      : []

function tablesOf(result: AnyResult, name: string): readonly Table[] {
  switch (result.bench) {
    case 'recall':
      return recallTables(result)
    case 'latency':
      return latencyTables(result)
    case 'follow-ups':
      return followUpsTables(result)
    case 'budget':
      return budgetTables(result)
    case 'budget-duplicates':
      return duplicatesTables(result)
    case 'budget-grow':
      return growTables(result)
    case 'abstain':
      return abstainTables(result)
    case 'golden':
      return [goldenTable(result)]
    case 'context':
      return contextTables(result)
    case 'ingest-rate':
    case 'ingest-memory':
    case 'ingest-queries':
      return ingestTables(result)
    case 'intent':
      return [intentTable(result)]
    case 'near':
      return nearTables(result)
    case 'kill':
      return [killTable(result)]
    case 'packing':
      return [packingTable(result)]
    case 'tune':
      return tuneTables(result)
    default:
      throw unknownResult(name)
  }
}

function provenance(result: AnyResult): string {
  // Results of several data sets carry their versions once each; they are those of one run.
  const [first] = 'datasets' in result ? result.datasets : []
  const { versions, machine } =
    'versions' in result ? result : first !== undefined && 'versions' in first ? first : { versions: {}, machine: null }
  const where =
    machine === null
      ? ''
      : ` on ${machine.cores} cores (${machine.cpu}, ${machine.memory_gb} GB, ${machine.platform}, Node ${machine.node})`
  const what = Object.entries(versions).map(([part, version]) => `${part} ${version}`)
  const profile = 'profile' in result ? `Profile \`${result.profile}\`; measured` : 'Measured'
  return `${profile}${where} with ${what.join(', ')}.`
}

const unknownResult = (name: string) =>
  new AppError('invalid_dataset', `${name} is not the result of a benchmark with tables`, { file: name })
