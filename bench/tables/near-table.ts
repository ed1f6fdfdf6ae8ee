import type { NearResult } from '../near/result.ts'
import { figure, percent, type Table } from './table.ts'

/** What was found of each kind of copy, then the whole and its cost. */
export function nearTables(result: NearResult): readonly Table[] {
  const { kinds, recall, precision, pair_precision: pairs, jaccard, cost } = result
  const detection: Table = {
    head: ['copies', 'planted', `similarity ≥ ${jaccard}`, 'of these found', 'of these shown once'],
    rows: kinds.map((kind) => [kind.kind, String(kind.planted), String(kind.near), figure(kind.recall), figure(kind.collapsed)]),
  }
  const whole: Table = {
    head: ['figure', 'value'],
    rows: [
      ['recall', figure(recall)],
      ['precision, against the founder of the group', figure(precision)],
      ['precision, all pairs of a group', figure(pairs)],
      ['CPU for each text, µs', result.us_per_text.toFixed(0)],
      ['memory for each text, bytes', result.bytes_per_text.toFixed(0)],
      ...(cost === null ? [] : costRows(cost)),
    ],
  }
  return [detection, whole]
}

const costRows = (cost: NonNullable<NearResult['cost']>): readonly (readonly string[])[] => [
  ['share of the time of an ingest', percent(cost.share)],
  [`chunks a second with it (${cost.profile}, ${cost.chunks} chunks)`, cost.chunks_per_s.toFixed(0)],
  ['chunks a second without it', (cost.chunks / cost.without_s).toFixed(0)],
]
