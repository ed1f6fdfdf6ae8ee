import type { IngestMemoryResult, IngestQueriesResult, IngestRateResult, IngestResult, RateRound } from '../ingest/result.ts'
import { milliseconds, percent, type Table } from './table.ts'

export function ingestTables(result: IngestResult): readonly Table[] {
  switch (result.bench) {
    case 'ingest-rate':
      return [rateTable(result)]
    case 'ingest-memory':
      return [memoryTable(result)]
    case 'ingest-queries':
      return [queriesTable(result)]
  }
}

const rateTable = ({ documents, chunks, tokens_per_chunk, rounds, median }: IngestRateResult): Table => ({
  head: [
    `${documents} documents, ${chunks} chunks of ${tokens_per_chunk.toFixed(0)} tokens`,
    'chunks/s',
    's',
    'unchanged s',
    'times faster',
  ],
  rows: [...rounds.map((round, i) => rateRow(`round ${i + 1}`, round)), rateRow('median', median)],
})

const rateRow = (name: string, round: RateRound): readonly string[] => [
  name,
  round.chunks_per_second.toFixed(0),
  round.seconds.toFixed(1),
  round.unchanged_seconds.toFixed(2),
  round.unchanged_times_faster.toFixed(0),
]

const memoryTable = ({ documents, chunks, seconds, idle_megabytes, peak_megabytes, samples }: IngestMemoryResult): Table => ({
  head: [`${documents} documents, ${chunks} chunks, ${(seconds / 60).toFixed(0)} minutes`, 'documents', 'MB'],
  rows: [
    ['idle service', '0', idle_megabytes.toFixed(0)],
    ...samples.map(({ share, documents: done, megabytes }) => [`at ${percent(share)}`, String(done), megabytes.toFixed(0)]),
    ['peak', '', peak_megabytes.toFixed(0)],
  ],
})

const queriesTable = ({ chunks, rate, pdf_pages, bulk_documents, idle, busy, busy_seconds, p95_ratio }: IngestQueriesResult): Table => ({
  head: [`${rate} questions/s over ${chunks} chunks`, 'questions', 'p50 ms', 'p95 ms', 'p99 ms'],
  rows: [
    ['idle', String(idle.requests), milliseconds(idle.ms.p50), milliseconds(idle.ms.p95), milliseconds(idle.ms.p99)],
    [
      `with a PDF of ${pdf_pages} pages and ${bulk_documents} documents (${busy_seconds.toFixed(0)} s)`,
      String(busy.requests),
      milliseconds(busy.ms.p50),
      milliseconds(busy.ms.p95),
      milliseconds(busy.ms.p99),
    ],
    ['ratio of p95', '', '', p95_ratio.toFixed(2), ''],
  ],
})
