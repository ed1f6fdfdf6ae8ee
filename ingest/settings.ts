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
  readonly optimizeChunks: number
  readonly modelTexts: number
  readonly reusedVectors: number
}

/** What reading files needs to know. */
export interface SourceSettings {
  /** Of one file. */
  readonly fileBytes: number
  /** Of the text of one document in JSON lines. */
  readonly documentBytes: number
}
