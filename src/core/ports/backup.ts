import type { IndexName, TenantId } from '../ids.ts'
import type { ErrorCode } from '../errors.ts'
import type { Limits } from './limits.ts'

/** One file as it will stand in a restored data directory. */
export interface FrozenFile {
  /** Below the data directory, with slashes. */
  readonly path: string
  /** A file to read from, or what it holds. */
  readonly content: { readonly file: string } | { readonly bytes: Uint8Array }
  /** Nothing else ever stands under this path: a later backup that finds it at the same length need not read it. */
  readonly immutable: boolean
}

/** Files that belong to one moment. They can be read until the release; one that vanishes before was needed by nobody. */
export interface Frozen {
  readonly name: string
  readonly files: readonly FrozenFile[]
  release(): void | Promise<void>
}

/** Part of the data that could not be read and is in no backup. */
export interface LeftOut {
  readonly tenant: TenantId
  readonly index: IndexName
  readonly code: ErrorCode
}

/**
 * Something that can be copied while it is used. Each part is frozen when it is asked for, and what is frozen later may know more than what was frozen
 * before, never less.
 */
export interface BackupSource {
  freeze(limits: Limits): AsyncIterable<Frozen | LeftOut>
}

export interface BackupProgress {
  readonly files: number
  readonly bytes: number
  /** Of them, files and bytes that the place did not have yet. */
  readonly copiedFiles: number
  readonly copiedBytes: number
}

export interface BackupSummary extends BackupProgress {
  readonly id: string
  readonly createdAt: string
  readonly leftOut: readonly LeftOut[]
}

/**
 * - `create` copies everything into `place` (a folder, or `s3://bucket/prefix`; null is the configured one) while the service goes on. Resolved = the
 *   backup is whole there, its manifest written last; rejected = the backups that stood there still do. One at a time: `too_busy` beyond it.
 *   Rejects `backup_unavailable` where the place cannot be reached, `storage_full` where it is full.
 */
export interface Backups {
  create(place: string | null, progress: (progress: BackupProgress) => void, limits: Limits): Promise<BackupSummary>
}

export interface RestoreRequest {
  readonly place: string | null
  /** Null is the newest. */
  readonly backup: string | null
  /** Empty, or left by a restore that was cut short. */
  readonly directory: string
}
