import type { Clock } from './clock.ts'
import type { IndexRegistry } from './index-registry.ts'
import type { Ingester } from './ingester.ts'
import type { ModelProfiles } from './model-profiles.ts'
import type { Ranker } from './ranker.ts'
import type { Retriever } from './retriever.ts'

/** A composed service without its HTTP side and without its control database; what benchmarks drive. */
export interface Engine {
  readonly clock: Clock
  readonly profiles: ModelProfiles
  readonly indexes: IndexRegistry
  readonly ingester: Ingester
  readonly retriever: Retriever
  readonly ranker: Ranker
  /** Version of the program, hash of the effective configuration, and the like, for result files. */
  readonly versions: Readonly<Record<string, string>>
  close(): Promise<void>
}
