import { fileURLToPath } from 'node:url'
import type { DocumentId, IndexName, TenantId } from '../../src/core/ids.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { IndexDeclaration, RawDocument } from '../../src/core/types.ts'
import { createModelProfiles } from '../../src/models/profiles.ts'
import { createTokenCounters } from '../../src/models/token-counters.ts'
import { chunkDocuments, type Chunker } from '../../ingest/chunk/chunk-documents.ts'
import { createTokenMeasure } from '../../ingest/chunk/token-measure.ts'
import { contentHash, storedHow, type ReadingSettings } from '../../ingest/content-hash.ts'
import { parseDocument, type ParsedSource } from '../../ingest/parse/parse.ts'
import type { FormatSettings } from '../../ingest/parse/parse-settings.ts'
import type { IngestSettings } from '../../ingest/settings.ts'

export const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))

export const INGEST: IngestSettings = {
  documentBytes: 4_194_304,
  metadataBytes: 16_384,
  titleCharacters: 400,
  targetTokens: 200,
  maxTokens: 254,
  chunkCharacters: 3000,
  documentChunks: 20_000,
  batchDocuments: 256,
  batchCharacters: 1_500_000,
  batchesAhead: 3,
  optimizeChunks: 500,
  modelTexts: 2048,
  reusedVectors: 4096,
}

export const FORMATS: FormatSettings = {
  documentBytes: INGEST.documentBytes,
  fileBytes: 67_108_864,
  metadataBytes: INGEST.metadataBytes,
  titleCharacters: INGEST.titleCharacters,
  pages: 5000,
  outputCharacters: 20_000_000,
  markupDepth: 400,
  archiveEntries: 20_000,
  archiveBytes: 1_073_741_824,
  archiveRatio: 200,
  ocr: false,
  ocrLanguage: 'eng',
  ocrPixels: 40_000_000,
}

export const READING: ReadingSettings = {
  ...FORMATS,
  recordFields: { id: ['_id', 'id'], text: ['text', 'content', 'body'], title: ['title'], uri: ['uri', 'url'], metadata: ['metadata'] },
}

export const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }
export const forever: Limits = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY }
export const tenant = 'default' as TenantId
export const indexName = 'docs' as IndexName

export function declaration(changes: Partial<IndexDeclaration> = {}): IndexDeclaration {
  return { name: indexName, profile: 'fast', language: 'English', encodings: ['o200k_base'], fields: {}, unit: 'chunk', ...changes }
}

export function raw(id: string, content: string | Uint8Array, changes: Partial<RawDocument> = {}): RawDocument {
  return { id: id as DocumentId, title: null, uri: null, mediaType: 'text/markdown', content, metadata: {}, ...changes }
}

/** The real models of the `fast` profile and the real token counters. */
export function openModels() {
  const profiles = createModelProfiles(
    {
      directory: null,
      cacheDirectory: '.ration/models',
      allowDownload: false,
      hubHost: 'https://huggingface.co/',
      queueRequests: 256,
      requestTexts: 8192,
      textCharacters: 20_000,
      memoWords: 50_000,
      batchTexts: 8,
      passageThreads: 1,
      passageNiceness: 10,
      runCharacters: 1000,
      profiles: {},
    },
    clock,
  )
  return { profiles, counters: createTokenCounters({ runCharacters: 1000, memoWords: 50_000 }) }
}
export type Models = ReturnType<typeof openModels>

export async function chunkerOf(models: Models, changes: Partial<IndexDeclaration> = {}, settings = INGEST): Promise<Chunker> {
  const profile = await models.profiles.open('fast')
  const measure = createTokenMeasure(profile.passages, settings.modelTexts)
  return { declaration: declaration(changes), settings, measure, counters: models.counters }
}

export function parsed(document: RawDocument, settings = INGEST): Promise<ParsedSource> {
  return parseDocument(document, contentHash(document, storedHow(settings, READING)), { ...FORMATS, ...settings })
}

/** Chunks of documents that must all be good. */
export async function chunksOf(chunker: Chunker, documents: readonly RawDocument[]) {
  const sources = await Promise.all(documents.map((each) => parsed(each, chunker.settings)))
  const chunked = await chunkDocuments(sources, chunker, forever)
  return sources.map((source, i) => {
    const result = chunked[i]
    if (result === undefined || 'error' in result) throw result?.error ?? new Error('missing')
    return { ...source, chunks: result.chunks }
  })
}
