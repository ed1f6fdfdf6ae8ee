import type { Clock } from '../src/core/ports/clock.ts'

/** How long versions stay; units and reasons stand in src/config/sections/versions.ts. */
export interface RetentionSettings {
  readonly keepPublished: number
  readonly keepUnpublished: number
  readonly keepRecords: number
  readonly idleMs: number
}

/** How duplicates are told; units and reasons stand in src/config/sections/duplicates.ts. */
export interface DuplicateSettings {
  readonly jaccard: number
  readonly maxTexts: number
}

/** Limits and sizes of the index room; units and reasons stand in src/config/sections/indexes.ts. */
export interface IndexSettings {
  readonly duplicates: DuplicateSettings
  readonly versions: RetentionSettings
  readonly indexCacheBytes: number
  readonly metadataCacheBytes: number
  readonly writeCacheBytes: number
  readonly nativeCalls: number
  readonly nativeQueue: number
  readonly writerQueue: number
  readonly batchDocuments: number
  readonly batchChunks: number
  readonly batchCharacters: number
  readonly documentCharacters: number
  readonly metadataBytes: number
  readonly keywordCharacters: number
  readonly fields: number
  readonly maxUnindexedRows: number
  readonly unindexedShare: number
  readonly quietUnindexedRows: number
  readonly quietAfterMs: number
  readonly writeRestMs: number
  readonly optimizeIdleMs: number
  readonly idleUnindexedRows: number
  readonly vectorIndexMinRows: number
  readonly vectorIndexMaxParts: number
  readonly vectorRebuildShare: number
  readonly refineFactor: number
  readonly narrowRows: number
  readonly hits: number
  readonly tieRows: number
  readonly loadRows: number
  readonly placeRows: number
  readonly pageDocuments: number
  readonly withinDocuments: number
  readonly queryCharacters: number
  readonly queryTerms: number
  readonly filterDepth: number
  readonly filterTerms: number
  readonly keptRevisions: number
  readonly vectorCacheBytes: number
}

/** What the room tells about itself; only the edges log, so this is a port and not a logger. */
export interface IndexLog {
  warn(event: string, details: Readonly<Record<string, unknown>>): void
}

/** What every part of the room needs to know about its surroundings. */
export interface IndexContext {
  readonly settings: IndexSettings
  readonly clock: Clock
  readonly log: IndexLog
}
