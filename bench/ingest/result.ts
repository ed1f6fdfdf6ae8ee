import type { Percentiles } from '../latency/result.ts'
import type { Machine } from '../machine.ts'

/** From files to searchable, through `ration ingest` and a running service. */
export interface RateRound {
  readonly seconds: number
  readonly chunks_per_second: number
  /** The same command again. */
  readonly unchanged_seconds: number
  readonly unchanged_times_faster: number
}

export interface IngestRateResult {
  readonly bench: 'ingest-rate'
  readonly profile: string
  readonly documents: number
  readonly chunks: number
  /** Of the embedding model, title and headings included. */
  readonly tokens_per_chunk: number
  readonly rounds: readonly RateRound[]
  /** Over the rounds. */
  readonly median: RateRound
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
}

export interface MemorySample {
  /** Share of the documents that were ingested. */
  readonly share: number
  readonly documents: number
  readonly megabytes: number
}

export interface IngestMemoryResult {
  readonly bench: 'ingest-memory'
  readonly profile: string
  readonly documents: number
  readonly chunks: number
  readonly seconds: number
  /** Megabytes of service and parsers, shared pages once: idle before, highest, and on the way. */
  readonly idle_megabytes: number
  readonly peak_megabytes: number
  readonly samples: readonly MemorySample[]
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
}

/** One state of the service under the same open-loop load of questions. */
export interface QueryLoad {
  readonly ms: Percentiles
  readonly requests: number
  readonly refused: number
}

export interface IngestQueriesResult {
  readonly bench: 'ingest-queries'
  readonly profile: string
  readonly chunks: number
  /** Questions a second. */
  readonly rate: number
  readonly pdf_pages: number
  readonly bulk_documents: number
  readonly idle: QueryLoad
  /** While a PDF is parsed and a bulk job runs. */
  readonly busy: QueryLoad
  /** Seconds from submitting until both jobs were done. */
  readonly busy_seconds: number
  readonly p95_ratio: number
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
}

export type IngestResult = IngestRateResult | IngestMemoryResult | IngestQueriesResult
