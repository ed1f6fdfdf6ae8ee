import type { IndexCalibration } from '../confidence/calibration.ts'
import type { IndexName, IndexVersion, Revision, TenantId, VersionRef } from '../ids.ts'
import type { IndexCounts, IndexDeclaration } from '../types.ts'
import type { IndexReader } from './index-reader.ts'
import type { IndexWriter } from './index-writer.ts'
import type { Limits } from './limits.ts'
import type { VectorCache } from './vector-cache.ts'

export interface IndexStatus {
  readonly declaration: IndexDeclaration
  readonly version: IndexVersion
  readonly revision: Revision
  readonly content: string
  readonly counts: IndexCounts
  readonly embedder: { readonly name: string; readonly fingerprint: string; readonly space: string; readonly dimensions: number }
  readonly bytes: number
  readonly createdAt: string
  /** Null where nobody has calibrated the index. */
  readonly calibration: IndexCalibration | null
}

/** One check of a verification, with what it looked at and what it found wrong (at most 20 examples). */
export interface VerifyCheck {
  readonly name: string
  readonly ok: boolean
  readonly checked: number
  readonly problems: readonly string[]
}

export interface EmbedderIdentity {
  readonly name: string
  readonly fingerprint: string
  readonly space: string
  readonly dimensions: number
}

/**
 * The indexes of all tenants in one data directory; an index belongs to exactly one tenant and lives in its own directory.
 *
 * Most of what is here concerns the current version of an index; `IndexVersions` has the others.
 *
 * - `create` is idempotent for the declaration that the index was created with, or has now, and rejects `index_exists` for another one. Resolved = fsynced.
 * - `pin` opens a snapshot that stays readable until it is released, of the current version or of the one that `ref` names
 *   (`version_not_found`).
 * - `writer` writes to the version that is current when a write begins; documents that were prepared for another one reject `version_moved`.
 * - Everything about an index that does not exist rejects `index_not_found`, which names it in its message and `details.index`: a request may have left it out.
 * - `calibrate` keeps a calibration with the index, in the place of the one before; readers that are pinned from then on have it. Resolved = fsynced.
 * - `delete` refuses new pins at once and removes the files when the last reader has been released.
 * - An index whose newest manifest is unreadable is repaired when it is opened (the last whole revision is restored);
 *   `index_damaged` only where nothing whole is left.
 */
export interface IndexRegistry {
  create(tenant: TenantId, declaration: IndexDeclaration, embedder: EmbedderIdentity, limits: Limits): Promise<IndexStatus>
  list(tenant: TenantId, limits: Limits): Promise<readonly IndexStatus[]>
  status(tenant: TenantId, name: IndexName, limits: Limits): Promise<IndexStatus>
  delete(tenant: TenantId, name: IndexName, limits: Limits): Promise<void>
  calibrate(tenant: TenantId, name: IndexName, calibration: IndexCalibration, limits: Limits): Promise<void>
  verify(tenant: TenantId, name: IndexName, limits: Limits, ref?: VersionRef): Promise<readonly VerifyCheck[]>
  pin(tenant: TenantId, name: IndexName, limits: Limits, ref?: VersionRef): Promise<IndexReader>
  writer(tenant: TenantId, name: IndexName, limits: Limits): Promise<IndexWriter>
  /** Shared by all versions of the index; goes with it. */
  vectors(tenant: TenantId, name: IndexName, limits: Limits): Promise<VectorCache>
  close(): Promise<void>
}
