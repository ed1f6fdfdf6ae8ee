import { access, constants, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../../src/core/error-code.ts'
import { AppError } from '../../src/core/errors.ts'
import { costUsd, type Prices } from '../../src/core/cost.ts'
import type { Redundant, ReportLine, Status } from './answer.ts'
import { createFailures, type Failure } from './failures.ts'
import type { Outcome } from './load.ts'

/** The end of a load as programs read it: what `--json` prints and `--report` writes. docs/ingest.md explains the members. */
export interface LoadReport {
  readonly index: string
  readonly dry_run: boolean
  readonly interrupted: boolean
  readonly documents: Readonly<Record<Status, number>>
  /** Null where nobody asked for it, or it was refused. */
  readonly removed: number | null
  readonly prune_refused: string | null
  readonly chunks: number
  readonly redundant_chunks: Redundant
  readonly duplicate_chunks: number
  readonly cached_chunks: number
  readonly embedded_chunks: number
  readonly embed_tokens: number
  readonly cut_chunks: number
  readonly chunks_per_second: number
  readonly cost_usd: number
  /** Null where nothing was sent, or the load was called off before the service had finished. */
  readonly revision: number | null
  readonly ms: number
  readonly failed_by_code: Readonly<Record<string, number>>
  /** The first of them. */
  readonly failures: readonly Failure[]
  /** Documents that were ingested with a warning. */
  readonly warned: number
  /** The first of them. */
  readonly warnings: readonly Warned[]
}

export interface Warned {
  readonly id: string
  readonly messages: readonly string[]
}

/** In the report; on a terminal fewer. */
const NAMED_WARNED = 1000

/** Adds up what becomes of the documents of one load. */
export interface Tally {
  add(outcome: Outcome): void
  /** `line`: what the service says about what was sent; null where the load was called off before it could. */
  finish(line: ReportLine | null, about: About): LoadReport
}

type About = Pick<LoadReport, 'index' | 'dry_run' | 'interrupted' | 'removed' | 'prune_refused'> & {
  readonly ms: number
  readonly embedPer1mTokens: number
}

export function createTally(): Tally {
  const documents: Record<Status, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
  const failures = createFailures()
  const warnings: Warned[] = []
  let [chunks, warned] = [0, 0]
  return {
    add(outcome) {
      documents[outcome.status]++
      chunks += outcome.chunks
      if (outcome.failure !== null) failures.add(outcome.failure)
      if (outcome.warnings.length === 0) return
      if (warned++ < NAMED_WARNED) warnings.push({ id: outcome.id, messages: outcome.warnings })
    },
    finish(line, { ms, embedPer1mTokens, ...about }) {
      const embedded = line?.embedded_chunks ?? 0
      const embedTokens = line?.embed_tokens ?? 0
      const prices: Prices = { contextPer1mTokens: {}, embedPer1mTokens, rerankPer1kPairs: 0 }
      return {
        ...about,
        documents,
        chunks,
        redundant_chunks: line?.redundant_chunks ?? { exact: 0, near: 0, boilerplate: 0 },
        duplicate_chunks: line?.duplicate_chunks ?? 0,
        cached_chunks: line?.cached_chunks ?? 0,
        embedded_chunks: embedded,
        embed_tokens: embedTokens,
        cut_chunks: line?.cut_chunks ?? 0,
        chunks_per_second: ms > 0 ? Math.round((chunks * 1000) / ms) : 0,
        cost_usd: costUsd({ contextTokens: 0, embedTokens, rerankPairs: 0 }, prices, ''),
        revision: line?.revision ?? null,
        ms,
        failed_by_code: Object.fromEntries(failures.byCode),
        failures: failures.first,
        warned,
        warnings,
      }
    },
  }
}

/** Rejects `invalid_request` for a file that cannot be written. */
export async function writeReport(path: string, report: LoadReport): Promise<void> {
  await writing(path, writeFile(path, `${JSON.stringify(report, null, 2)}\n`))
}

/** Before a load of hours: whether there is a folder that the report can be written to. */
export async function checkReportFolder(path: string): Promise<void> {
  await writing(path, access(dirname(path), constants.W_OK))
}

async function writing(path: string, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    throw new AppError('invalid_request', `The report cannot be written to ${path} (${code})`, { path }, { cause: error })
  }
}
