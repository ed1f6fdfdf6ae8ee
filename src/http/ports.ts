import type { IngestPrices } from '../core/cost.ts'
import type { Backups } from '../core/ports/backup.ts'
import type { Calibrator } from '../core/ports/calibrator.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Gate } from '../core/ports/gate.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { IndexVersions } from '../core/ports/index-versions.ts'
import type { IngestReport, Ingester } from '../core/ports/ingester.ts'
import type { JobQueue } from '../core/ports/job-queue.ts'
import type { KeyStore } from '../core/ports/key-store.ts'
import type { ModelProfiles } from '../core/ports/model-profiles.ts'
import type { ParserIsolation } from '../core/ports/parser-isolation.ts'
import type { Repairer } from '../core/ports/index-repair.ts'
import type { Releases } from '../core/ports/releases.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { UsageLedger } from '../core/ports/usage-ledger.ts'
import type { IndexName, TenantId } from '../core/ids.ts'
import type { Answer } from '../core/answer.ts'
import type { Encoding } from '../core/types.ts'

/** What the HTTP room needs from the rest of the house; the composition root passes the real things. */
export interface HttpPorts {
  readonly clock: Clock
  readonly retriever: Retriever
  readonly ingester: Ingester
  readonly jobs: JobQueue
  /** Throws `url_refused` for an address that no worker would fetch, as far as its text tells. */
  checkUrl(url: string): void
  readonly indexes: IndexRegistry
  readonly versions: IndexVersions
  readonly releases: Releases
  readonly repairer: Repairer
  readonly gate: Gate
  readonly calibrator: Calibrator
  readonly backups: Backups
  readonly profiles: ModelProfiles
  readonly keys: KeyStore
  readonly usage: UsageLedger
  readonly metrics: HttpMetrics
  readonly log: HttpLog
  readonly defaults: HttpDefaults
  /** What ingest is booked at; answers bring their own cost. */
  readonly prices: IngestPrices
  /** Program version, for /openapi.json and /. */
  readonly version: string
  /** Shown by /. */
  readonly isolation: ParserIsolation
  /** Whether models and indexes are open; /readyz says so. */
  ready(): boolean
}

/** What a request takes that does not say otherwise. */
export interface HttpDefaults {
  /** Whom a caller without a key works for. */
  readonly tenant: TenantId
  readonly index: IndexName
  readonly profile: string
  readonly language: string
  readonly encodings: readonly Encoding[]
}

/** Never throws and never waits. */
export interface HttpMetrics {
  /** Prometheus text exposition. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>
  /** One finished request. `route` is the pattern (`/v1/documents/:id`), never the path, so that its values stay few. */
  observeRequest(request: { readonly method: string; readonly route: string; readonly status: number; readonly ms: number }): void
  /** One answered retrieval. */
  observeAnswer(answer: Answer, ms: number): void
  /** One run of the gate of an index over its live version. */
  observeGate(gate: { readonly tenant: string; readonly index: string; readonly passed: boolean }): void
  /** One finished ingest. */
  observeIngest(report: IngestReport): void
}

export interface HttpLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
