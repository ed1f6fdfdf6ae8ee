import type { ErrorCode } from '../errors.ts'
import type { DocumentId, IndexName, TenantId } from '../ids.ts'
import type { VerifyCheck } from './index-registry.ts'
import type { Limits } from './limits.ts'

/** What was put right in the tables of a version. */
export interface Mended {
  /** Rows that belonged to no document. */
  readonly orphans: number
  /** Columns, as `chunks.doc`, whose index was missing and was built. */
  readonly indexes: readonly string[]
}

export interface RepairReport extends Mended {
  /** Documents whose rows were wrong and were made again from the stored text. */
  readonly rebuilt: readonly DocumentId[]
  /** Documents that could not be made again and were taken out; they have to be ingested anew. */
  readonly dropped: readonly { readonly id: DocumentId; readonly code: ErrorCode }[]
  /** Of the index as it is now. */
  readonly checks: readonly VerifyCheck[]
}

/**
 * Puts right what verification finds wrong in the current version of an index, from the documents that it holds. Every step is a revision of its own, so
 * that readers see a whole index all the time and a repair that was cut short can be run again. An index in which nothing is wrong is left as it is.
 * Writers wait while one document is made again. Rejects `version_moved` where another version became current meanwhile.
 */
export interface Repairer {
  repair(tenant: TenantId, index: IndexName, limits: Limits): Promise<RepairReport>
}
