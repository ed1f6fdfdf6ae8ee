import { invariant } from '../../src/core/errors.ts'

export type Status = 'new' | 'changed' | 'unchanged' | 'failed'

/** What became of one document, as the service says it. */
export interface DocumentLine {
  readonly type: 'document'
  readonly id: string
  readonly status: Status
  readonly chunks: number
  readonly error: { readonly code: string; readonly message: string } | null
  readonly warnings: readonly string[]
}

/** Chunks that say nothing new, by kind. */
export interface Redundant {
  readonly exact: number
  readonly near: number
  readonly boilerplate: number
}

/** The report at the end of a load, as the service says it. */
export interface ReportLine {
  readonly type: 'report'
  readonly documents: Readonly<Record<Status, number>>
  readonly chunks: number
  readonly redundant_chunks: Redundant
  readonly duplicate_chunks: number
  readonly cached_chunks: number
  readonly embedded_chunks: number
  readonly embed_tokens: number
  readonly cut_chunks: number
  readonly revision: number
  readonly ms: number
}

/** A line of the answer; the service is of the same version as the command, so another shape is a bug. */
export function readAnswer(line: unknown): DocumentLine | ReportLine {
  const isKnown = typeof line === 'object' && line !== null && 'type' in line && (line.type === 'document' || line.type === 'report')
  invariant(isKnown, 'the service answers with documents and a report')
  return line as DocumentLine | ReportLine
}
