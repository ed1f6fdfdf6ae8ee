import type { IngestSettings } from '../settings.ts'

/** The `parse` slice of the configuration; units, defaults and ceilings stand in src/config/sections/parse.ts. */
export interface ParseSettings {
  readonly children: number
  readonly unpackers: number
  readonly nice: number
  readonly startMs: number
  readonly idleMs: number
  readonly queueDocuments: number
  readonly batchDocuments: number
  readonly batchBytes: number
  readonly childDocuments: number
  readonly childGrowthBytes: number
  readonly memoryBytes: number
  readonly watchMs: number
  readonly timeMs: number
  readonly fileBytes: number
  readonly pages: number
  readonly outputCharacters: number
  readonly markupDepth: number
  readonly ocr: boolean
  readonly ocrLanguage: string
  readonly ocrPixels: number
  /** Keys of JSON records, best first. */
  readonly recordFields: Readonly<Record<'id' | 'text' | 'title' | 'uri' | 'metadata', readonly string[]>>
  readonly archiveEntries: number
  readonly archiveBytes: number
  readonly archiveRatio: number
  readonly archiveDepth: number
}

/** What parsing one document needs to know; a child process gets it when it starts. */
export type ParserSettings = ParseSettings & Pick<IngestSettings, 'documentBytes' | 'metadataBytes' | 'titleCharacters'>

/** What the parsers of formats need to know of it. */
export type FormatSettings = Pick<
  ParserSettings,
  | 'documentBytes'
  | 'fileBytes'
  | 'metadataBytes'
  | 'titleCharacters'
  | 'pages'
  | 'outputCharacters'
  | 'markupDepth'
  | 'archiveEntries'
  | 'archiveBytes'
  | 'archiveRatio'
  | 'ocr'
  | 'ocrLanguage'
  | 'ocrPixels'
>
