import { costUsd, storageUsd, type IngestPrices } from './cost.ts'
import type { IndexStatus } from './ports/index-registry.ts'
import type { IngestReport } from './ports/ingester.ts'
import type { UsageRow } from './ports/usage-ledger.ts'

/** What a usage row says where nothing was retrieved. */
export const NOTHING_RETRIEVED = {
  feature: '',
  intent: '',
  profile: '',
  embedder: '',
  reranker: null,
  cohort: '',
  version: '',
  revision: 0,
  config: '',
  packer: '',
  template: '',
  degraded: false,
  budgetTokens: 0,
  contextTokens: 0,
  savedTokens: 0,
  embedTokens: 0,
  rerankPairs: 0,
  storageBytes: 0,
  costUsd: 0,
} as const

/** Who ingested, for which feature, and when. */
export type IngestCaller = Pick<UsageRow, 'request' | 'tenant' | 'key' | 'at' | 'ms' | 'feature'>

/** The usage row of one ingest: what its embedding took, and what it added to the index. */
export function ingestUsage(caller: IngestCaller, index: IndexStatus, report: IngestReport, prices: IngestPrices): UsageRow {
  const { declaration, embedder } = index
  const { embedTokens, storedBytes } = report
  return {
    ...NOTHING_RETRIEVED,
    ...caller,
    kind: 'ingest',
    index: declaration.name,
    profile: declaration.profile,
    embedder: embedder.fingerprint,
    version: index.version,
    revision: report.revision,
    outcome: report.documents.failed > 0 ? 'some_failed' : 'ok',
    embedTokens,
    storageBytes: storedBytes,
    costUsd: costUsd({ contextTokens: 0, embedTokens, rerankPairs: 0 }, prices, '') + storageUsd(storedBytes, prices),
  }
}
