import type { ErrorCode } from '../../core/errors.ts'
import type { IngestStatus } from '../../core/ports/ingester.ts'
import type { JobRecord, Settled } from './job-record.ts'

/** Sums of what is settled, kept up document by document. */
export class Tally {
  readonly #counts: Record<IngestStatus, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
  readonly #errors = new Map<ErrorCode, number>()
  readonly #items: number
  #chunks = 0
  #settled = 0

  constructor(items: number, settled: Iterable<Settled>) {
    this.#items = items
    for (const document of settled) this.replace(null, document)
  }

  /** Counts a document instead of what it was before. */
  replace(before: Settled | null, after: Settled): void {
    if (before !== null) this.#count(before, -1)
    this.#count(after, 1)
  }

  #count({ status, chunks, error }: Settled, sign: 1 | -1): void {
    this.#counts[status] += sign
    this.#chunks += sign * chunks
    this.#settled += sign
    if (error !== null) this.#errors.set(error.code, (this.#errors.get(error.code) ?? 0) + sign)
  }

  /** An archive holds more documents than the one item that it is, so the total grows with what came out. */
  get sums(): Pick<JobRecord, 'counts' | 'chunks' | 'errors' | 'total'> {
    const errors = Array.from(this.#errors, ([code, count]) => ({ code, count })).filter(({ count }) => count > 0)
    errors.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
    return { counts: { ...this.#counts }, chunks: this.#chunks, errors, total: Math.max(this.#items, this.#settled) }
  }
}
