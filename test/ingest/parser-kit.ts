import { after, type TestContext } from 'node:test'
import { createParserPool, type ParserPool } from '../../ingest/parse/parser-pool.ts'
import type { ParserSettings } from '../../ingest/parse/parse-settings.ts'
import { clock } from './kit.ts'

const MIB = 1024 * 1024

/** The defaults of the configuration. */
export const PARSE: ParserSettings = {
  children: 2,
  unpackers: 2,
  nice: 10,
  startMs: 60_000,
  idleMs: 60_000,
  queueDocuments: 20_000,
  batchDocuments: 16,
  batchBytes: 262_144,
  childDocuments: 5000,
  childGrowthBytes: 384 * MIB,
  memoryBytes: 1024 * MIB,
  watchMs: 50,
  timeMs: 120_000,
  fileBytes: 64 * MIB,
  pages: 5000,
  outputCharacters: 20_000_000,
  markupDepth: 400,
  ocr: false,
  ocrLanguage: 'eng',
  ocrPixels: 40_000_000,
  recordFields: { id: ['_id', 'id'], text: ['text', 'content', 'body'], title: ['title'], uri: ['uri', 'url'], metadata: ['metadata'] },
  archiveEntries: 20_000,
  archiveBytes: 1024 * MIB,
  archiveRatio: 200,
  archiveDepth: 2,
  documentBytes: 4 * MIB,
  metadataBytes: 16_384,
  titleCharacters: 400,
}

interface PoolOptions {
  /** The program of a child, where it is not the one that parses. */
  readonly entry?: string
  /** Of a test that has the pool for itself. */
  readonly context?: TestContext
}

/** A pool of real processes that ends with its test, or with the tests of the file. */
export async function openPool(changes: Partial<ParserSettings> = {}, { entry, context }: PoolOptions = {}): Promise<ParserPool> {
  const pool = await createParserPool({ ...PARSE, ...changes }, { clock, ...(entry === undefined ? {} : { entry }) })
  const close = () => pool.close()
  if (context === undefined) after(close)
  else context.after(close)
  return pool
}
