import type { GateResult, GoldenBaseline, GoldenQuestion, GoldenSet } from '../golden/gate.ts'
import type { Alias, DocumentId, IndexName, IndexVersion, TenantId, VersionRef } from '../ids.ts'
import type { IndexCounts, IndexDeclaration } from '../types.ts'
import type { EmbedderIdentity } from './index-registry.ts'
import type { Mended } from './index-repair.ts'
import type { IndexReader } from './index-reader.ts'
import type { IndexWriter } from './index-writer.ts'
import type { Limits } from './limits.ts'

/** `collected`: its data is gone, its record stays. */
export type VersionState = 'building' | 'ready' | 'published' | 'collected'

export interface VersionStatus {
  readonly version: IndexVersion
  readonly state: VersionState
  readonly aliases: readonly Alias[]
  readonly declaration: IndexDeclaration
  readonly embedder: EmbedderIdentity
  /** Hash over what decides the stored rows: format, declaration and embedder. */
  readonly configuration: string
  /** Of a collected version as they last were. */
  readonly counts: IndexCounts
  readonly content: string
  readonly bytes: number
  readonly createdAt: string
  /** When it last became current. */
  readonly publishedAt: string | null
  readonly gate: GateResult | null
  /** Why it was published although the gate failed. */
  readonly forced: string | null
  /** Documents were acknowledged while it was current that the version in its place was published without. */
  readonly ahead: boolean
}

/** What of a declaration another version may have differently; fields and unit stay, so that filters and citations do. */
export type VersionChange = Partial<Pick<IndexDeclaration, 'profile' | 'language' | 'encodings'>>

/** A version that is held to be written to: it stays open and is not collected until its release. */
export interface HeldVersion {
  readonly version: IndexVersion
  readonly declaration: IndexDeclaration
  readonly embedder: EmbedderIdentity
  readonly ahead: boolean
  readonly writer: IndexWriter
  /** Its newest revision. */
  pin(): IndexReader
  /** For a repair: documents whose rows are wrong, and what no document explains put right. */
  damagedDocuments(limits: Limits): Promise<readonly DocumentId[]>
  mend(limits: Limits): Promise<Mended>
  release(): void
}

/** A version that nobody sees yet. */
export interface Candidate extends HeldVersion {
  /** Gives it to the index, as `ready`. Resolved = fsynced; before it a kill leaves nothing of the candidate, after it all. */
  keep(): Promise<void>
  /** Removes it, where it was not kept. */
  discard(): Promise<void>
}

export interface PublishOptions {
  /** Publishes although the live version holds other documents; what it holds alone is marked as `ahead`. */
  readonly stale: boolean
  readonly forced: string | null
  /** Takes the version out of the order of published ones instead of putting the live one in front of it. */
  readonly rollback: boolean
}

/**
 * The versions of an index, and which of them its aliases name.
 *
 *     build ──keep──> ready ──publish──> published, current ──publish of another──> published, previous ──> collected
 *
 * - A version number is given out once. `version_not_found` for one that is not there, or whose data was collected.
 * - `publish` is one atomic move: a kill leaves the old or the new version current, never neither. Writers wait while `last` runs, which
 *   has the last chance to bring the documents of the live version along. Rejects `version_differs` where the contents then differ,
 *   unless `stale`. Readers that are pinned keep what they read; writes go to the new version from then on.
 * - Published versions keep their data for `versions.keep_published` publications, the one before the current always; data that a reader
 *   or a holder still needs goes later. Records stay for `versions.keep_records`.
 * - `attachGolden` puts a set in the place of the one before and drops its baseline. Everything here is fsynced when it resolves.
 */
export interface IndexVersions {
  versions(tenant: TenantId, name: IndexName, limits: Limits): Promise<readonly VersionStatus[]>
  /** An empty version with the declaration of the live one, but for `change`. */
  build(tenant: TenantId, name: IndexName, change: VersionChange, embedder: EmbedderIdentity, limits: Limits): Promise<Candidate>
  hold(tenant: TenantId, name: IndexName, ref: VersionRef, limits: Limits): Promise<HeldVersion>
  publish(
    tenant: TenantId,
    name: IndexName,
    version: IndexVersion,
    options: PublishOptions,
    last: () => Promise<void>,
    limits: Limits,
  ): Promise<void>
  /**
   * Runs `work` while nobody else writes to the index and no version is published: for whoever writes to the held live version from what stands in it.
   * Rejects `version_moved` where `version` is not current.
   */
  alone<T>(tenant: TenantId, name: IndexName, version: IndexVersion, work: () => Promise<T>, limits: Limits): Promise<T>
  canary(tenant: TenantId, name: IndexName, version: IndexVersion | null, limits: Limits): Promise<void>
  recordGate(tenant: TenantId, name: IndexName, version: IndexVersion, result: GateResult, limits: Limits): Promise<void>
  golden(tenant: TenantId, name: IndexName, limits: Limits): Promise<GoldenSet | null>
  attachGolden(tenant: TenantId, name: IndexName, questions: readonly GoldenQuestion[], limits: Limits): Promise<GoldenSet>
  removeGolden(tenant: TenantId, name: IndexName, limits: Limits): Promise<void>
  /**
   * Of the golden set with this hash. Rejects `invalid_request` where another one was attached since it was measured. With `instead`, which may be
   * none, nothing is pinned where another baseline was pinned in its place meanwhile.
   */
  pinBaseline(
    tenant: TenantId,
    name: IndexName,
    golden: string,
    baseline: GoldenBaseline,
    limits: Limits,
    instead?: GoldenBaseline | null,
  ): Promise<void>
  /** Every index of every tenant that exists, without opening any. */
  everywhere(): Promise<readonly { readonly tenant: TenantId; readonly name: IndexName }[]>
}
