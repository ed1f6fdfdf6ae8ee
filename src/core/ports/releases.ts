import type { GateResult } from '../golden/gate.ts'
import type { DocumentId, IndexName, IndexVersion, TenantId, VersionRef } from '../ids.ts'
import type { VerifyCheck } from './index-registry.ts'
import type { VersionChange, VersionStatus } from './index-versions.ts'
import type { Limits } from './limits.ts'

export type ReleaseStage = 'copy' | 'verify' | 'gate' | 'publish'

/** `done` of `total` documents, checks or questions of a stage. */
export type TellRelease = (progress: { readonly stage: ReleaseStage; readonly done: number; readonly total: number }) => void

export interface RebuildRequest {
  readonly tenant: TenantId
  readonly index: IndexName
  readonly change: VersionChange
  readonly publish: boolean
  /** Publishes although a check or the gate failed; the reason is kept with the version. */
  readonly force: string | null
}

export interface PublishRequest {
  readonly tenant: TenantId
  readonly index: IndexName
  readonly version: VersionRef
  /** Publishes the version as it is, without what was written to the live one since. */
  readonly stale: boolean
  /** Lets go of documents that only this version has (see `VersionStatus.ahead`). */
  readonly drop: boolean
  readonly force: string | null
}

export interface ReleaseReport {
  readonly version: IndexVersion
  /** The version that was current before; null where nothing was published. */
  readonly replaced: IndexVersion | null
  /** Documents that were written to the version, and taken out of it. */
  readonly copied: number
  readonly removed: number
  readonly embeddedChunks: number
  readonly checks: readonly VerifyCheck[]
  /** Null without a golden set, and where the gate was not asked. */
  readonly gate: GateResult | null
  readonly ms: number
}

export interface VersionDiff {
  readonly a: VersionStatus
  readonly b: VersionStatus
  readonly onlyA: number
  readonly onlyB: number
  readonly changed: number
  /** Some of each, by id. */
  readonly examples: {
    readonly onlyA: readonly DocumentId[]
    readonly onlyB: readonly DocumentId[]
    readonly changed: readonly DocumentId[]
  }
}

/**
 * Versions of an index from beginning to end. Everything a version is made of comes from the documents that the index stores, so no source
 * is asked again.
 *
 * - `rebuild` makes a version beside the live one, which is read and written meanwhile. Cancelled or killed, nothing of it is left; what was
 *   embedded stays in the embedding cache, so that the next one is cheap. What fails its checks stays as `ready` and rejects `gate_failed`.
 * - `publish` first brings the version to the documents of the live one, checks it, and moves the alias while writers wait. No acknowledged
 *   document is lost by it: rejects `version_differs` rather than take documents out that only the version has, unless `drop` or `stale`.
 * - `rollback` publishes what was current before. It asks neither checks nor the gate.
 */
export interface Releases {
  rebuild(request: RebuildRequest, tell: TellRelease, limits: Limits): Promise<ReleaseReport>
  publish(request: PublishRequest, tell: TellRelease, limits: Limits): Promise<ReleaseReport>
  rollback(request: Omit<PublishRequest, 'version' | 'force'>, tell: TellRelease, limits: Limits): Promise<ReleaseReport>
  diff(tenant: TenantId, index: IndexName, a: VersionRef, b: VersionRef, limits: Limits): Promise<VersionDiff>
}
