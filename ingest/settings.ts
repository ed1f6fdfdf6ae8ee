import type { BoilerplateSettings } from '../src/core/near/block-counts.ts'

/** The `ingest` slice of the configuration; units, defaults and ceilings stand in src/config/sections/ingest.ts. */
export interface IngestSettings {
  readonly documentBytes: number
  readonly metadataBytes: number
  readonly titleCharacters: number
  readonly targetTokens: number
  readonly maxTokens: number
  readonly chunkCharacters: number
  readonly documentChunks: number
  readonly batchDocuments: number
  readonly batchCharacters: number
  readonly batchesAhead: number
  readonly optimizeChunks: number
  readonly modelTexts: number
  readonly reusedVectors: number
  /** The `duplicates` slice; nothing is recognised as boilerplate without it. */
  readonly boilerplate?: BoilerplateSettings
}

/** What reading files needs to know. */
export interface SourceSettings {
  /** Of one file. */
  readonly fileBytes: number
  /** Of the text of one document in JSON lines. */
  readonly documentBytes: number
}
