import type { RecallResult, RecallResults, SystemFigures } from '../recall/result.ts'
import { figure, milliseconds, percent, type Table } from './table.ts'

/** One data set: a row for each system. Several: nDCG@10 of each system by data set, and what it took to ingest them. */
export const recallTables = (result: RecallResult | RecallResults): readonly Table[] =>
  'datasets' in result ? [overview(result), ingestTable(result.datasets)] : [systemTable(result), ingestTable([result])]

function systemTable({ dataset, systems }: RecallResult): Table {
  const head = [dataset, 'nDCG@10', '95 %', 'recall@10', 'recall@100', 'MRR@10', 'MAP', 'p50 ms', 'p95 ms', 'reranked']
  return { head, rows: Object.entries(systems).map(([name, figures]) => [name, ...systemCells(figures)]) }
}

const systemCells = (figures: SystemFigures): readonly string[] => [
  figure(figures['ndcg@10']),
  (figures.interval['ndcg@10'] ?? []).map((bound) => figure(bound)).join(' to '),
  figure(figures['recall@10']),
  figure(figures['recall@100']),
  figure(figures['mrr@10']),
  figure(figures.map),
  milliseconds(figures.p50_ms),
  milliseconds(figures.p95_ms),
  percent(figures.reranked_share),
]

function overview({ datasets, mean }: RecallResults): Table {
  const systems = Object.keys(mean)
  const rows = datasets.map((result) => [result.dataset, ...systems.map((system) => figure(result.systems[system]?.['ndcg@10']))])
  return { head: ['nDCG@10', ...systems], rows: [...rows, ['mean', ...systems.map((system) => figure(mean[system]))]] }
}

const ingestTable = (results: readonly RecallResult[]): Table => ({
  head: ['ingest', 'profile', 'unit', 'documents', 'chunks', 'seconds', 'documents/s'],
  rows: results.map(({ dataset, profile, unit, ingest }) => [
    dataset,
    profile,
    unit,
    String(ingest.documents),
    String(ingest.chunks),
    ingest.seconds.toFixed(1),
    ingest.rate.toFixed(0),
  ]),
})
