import type { Machine } from '../machine.ts'

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** One system under open-loop load, milliseconds from the intended start. */
export interface LoadFigures {
  readonly ms: Percentiles
  /** Median over the rounds of each round's percentile: steadier on a noisy machine. */
  readonly median_of_rounds: Percentiles
  readonly requests: number
  readonly refused: number
}

export interface LatencyFigures {
  readonly chunks: number
  readonly documents: number
  readonly k: number
  readonly tokens_per_chunk: number
  /** Answers a second with four callers who never wait. */
  readonly saturation_rate: number
  /** Arrivals a second in the rounds. */
  readonly rate: number
  readonly arrivals: string
  readonly rounds: number
  readonly full: LoadFigures
  /** The two native calls alone, at the same rate, in turns with `full`. */
  readonly raw: LoadFigures
  /** Of `full`, by stage. */
  readonly stages: Readonly<Record<string, Percentiles>>
  readonly ratio: Percentiles
  /** p95 of full minus p95 of raw. */
  readonly added_p95_ms: number
}

export interface LatencyResult {
  readonly bench: 'latency'
  readonly profile: string
  readonly results: readonly LatencyFigures[]
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
