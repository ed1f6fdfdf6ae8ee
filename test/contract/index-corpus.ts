import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { createIndexRegistry } from '../../indexes/registry.ts'
import type { IndexSettings } from '../../indexes/settings.ts'
import { indexes } from '../../src/config/sections/indexes.ts'
import { versions } from '../../src/config/sections/versions.ts'
import type { ChunkId, DocumentId, IndexName, TenantId } from '../../src/core/ids.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { EmbedderIdentity, IndexRegistry, VerifyCheck } from '../../src/core/ports/index-registry.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import type { EmbeddedChunk, IndexDeclaration, IndexedDocument, Metadata } from '../../src/core/types.ts'

export const DIMENSIONS = 16
export const embedder: EmbedderIdentity = { name: 'test', fingerprint: 'test-fingerprint', space: 'test', dimensions: DIMENSIONS }
export const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }
export const tenant = 'acme' as TenantId
export const docs = 'docs' as IndexName

export function unlimited(): Limits {
  return { signal: new AbortController().signal, deadline: Infinity }
}

const camel = (key: string): string => key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const camelCased = (section: object) => Object.fromEntries(Object.entries(section).map(([key, value]) => [camel(key), value as unknown]))
const defaults = { ...camelCased(indexes.parse({})), versions: camelCased(versions.parse({})) } as unknown as IndexSettings

/** The defaults of the configuration, without the clock-driven indexing that would move revisions under a test, and without rests. */
export function settings(overrides: Partial<IndexSettings> = {}): IndexSettings {
  return { ...defaults, duplicates: { jaccard: 0.8, maxTexts: 10_000 }, optimizeIdleMs: 600_000, writeRestMs: 0, ...overrides }
}

export async function temporaryDirectory(context: TestContext): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ration-indexes-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export async function openRegistry(context: TestContext, directory: string, overrides: Partial<IndexSettings> = {}) {
  const registry = await createIndexRegistry(settings(overrides), { directory, clock })
  context.after(() => registry.close())
  return registry
}

/** What `work` reads in the current revision. */
export async function reading<T>(registry: IndexRegistry, work: (reader: IndexReader) => Promise<T>): Promise<T> {
  const reader = await registry.pin(tenant, docs, unlimited())
  try {
    return await work(reader)
  } finally {
    reader.release()
  }
}

/** What verification finds wrong. */
export async function failedChecks(registry: IndexRegistry): Promise<readonly VerifyCheck[]> {
  return (await registry.verify(tenant, docs, unlimited())).filter(({ ok }) => !ok)
}

export function declaration(overrides: Partial<IndexDeclaration> = {}): IndexDeclaration {
  return { name: docs, profile: 'test', language: 'English', encodings: ['o200k_base'], fields: {}, unit: 'chunk', ...overrides }
}

/** The same unit vector for the same number. */
export function unitVector(seed: number, dimensions = DIMENSIONS): Float32Array {
  let state = (seed + 1) * 2654435761
  const vector = Float32Array.from({ length: dimensions }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0
    return state / 2 ** 31
  })
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

function seedOf(text: string): number {
  let seed = 7
  for (let index = 0; index < text.length; index++) seed = (seed * 31 + text.charCodeAt(index)) | 0
  return seed
}

export interface Passage {
  readonly text: string
  readonly heading?: readonly string[]
  readonly vector?: Float32Array
}

/** A document of the given passages, with spans, sentences and counts as ingest would make them. */
export function makeDocument(
  id: string,
  passages: readonly (string | Passage)[],
  {
    title = '',
    metadata = {},
    hash = JSON.stringify([title, passages, metadata]),
  }: { title?: string; metadata?: Metadata; hash?: string } = {},
): IndexedDocument {
  const all = passages.map((passage): Passage => (typeof passage === 'string' ? { text: passage } : passage))
  const chunks: EmbeddedChunk[] = []
  const idOf = (from: number, passage: Passage | undefined) => `${id}#${from}-${from + (passage?.text.length ?? 0)}` as ChunkId
  let start = 0
  for (const [ordinal, passage] of all.entries()) {
    const span = { start, end: start + passage.text.length }
    start = span.end + 1
    const sentences = [{ start: 0, end: passage.text.length }].filter((sentence) => sentence.end > 0)
    chunks.push({
      chunk: {
        id: idOf(span.start, passage),
        doc: id as DocumentId,
        ordinal,
        previous: chunks.at(-1)?.chunk.id ?? null,
        next: all[ordinal + 1] === undefined ? null : idOf(span.end + 1, all[ordinal + 1]),
        gap: ordinal === 0 ? null : ' ',
        title,
        uri: null,
        headingPath: passage.heading ?? [],
        pages: null,
        span,
        text: passage.text,
        textHash: textHash(passage.text),
        sentences,
        sentenceTokens: { o200k_base: sentences.map((sentence) => sentence.end) },
        metadata,
      },
      vector: passage.vector ?? unitVector(seedOf(passage.text)),
    })
  }
  const document = {
    id: id as DocumentId,
    title,
    uri: null,
    mediaType: 'text/plain',
    text: all.map(({ text }) => text).join('\n'),
    metadata,
    contentHash: hash,
  }
  const blocks = chunks.map(({ chunk }) => ({
    kind: 'paragraph' as const,
    span: chunk.span,
    level: 0,
    headingPath: chunk.headingPath,
    label: '',
  }))
  return { document, structure: { blocks, pageStarts: [] }, chunks }
}
