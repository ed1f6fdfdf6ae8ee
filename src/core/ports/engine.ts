import type { IndexName, TenantId } from '../ids.ts'
import type { BackupSource } from './backup.ts'
import type { Calibrator } from './calibrator.ts'
import type { Clock } from './clock.ts'
import type { Gate } from './gate.ts'
import type { IndexRegistry } from './index-registry.ts'
import type { IndexVersions } from './index-versions.ts'
import type { Ingester } from './ingester.ts'
import type { IntentClassifier } from './intent-classifier.ts'
import type { Limits } from './limits.ts'
import type { ModelProfiles } from './model-profiles.ts'
import type { ParserIsolation } from './parser-isolation.ts'
import type { Ranker } from './ranker.ts'
import type { Repairer } from './index-repair.ts'
import type { Releases } from './releases.ts'
import type { Retriever } from './retriever.ts'
import type { TokenCounters } from './token-counter.ts'

/** A composed service without its HTTP side and without its control database; what benchmarks drive. */
export interface Engine {
  readonly clock: Clock
  readonly profiles: ModelProfiles
  readonly indexes: IndexRegistry & IndexVersions & BackupSource
  readonly ingester: Ingester
  readonly retriever: Retriever
  readonly ranker: Ranker
  readonly calibrator: Calibrator
  readonly gate: Gate
  readonly releases: Releases
  readonly repairer: Repairer
  readonly classifier: IntentClassifier
  readonly counters: TokenCounters
  readonly isolation: ParserIsolation
  /** Opens the floor that a hybrid query of this index stands on; released by its `close`. */
  rawPair(tenant: TenantId, index: IndexName, limits: Limits): Promise<RawPair>
  /** Version of the program, hash of the effective configuration, and the like, for result files. */
  readonly versions: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * The two native calls of a hybrid query and nothing of Ration around them: full text and vector search in parallel on one
 * handle, with the refine factor, probes and columns that the reader asks for. Latency benchmarks compare with it.
 */
export interface RawPair {
  search(query: string, vector: Float32Array, k: number): Promise<void>
  close(): void
}
