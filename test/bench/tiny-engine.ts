import { AppError } from '../../src/core/errors.ts'
import type { ChunkId, DocumentId, IndexName, IndexVersion } from '../../src/core/ids.ts'
import type { Engine } from '../../src/core/ports/engine.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexStatus } from '../../src/core/ports/index-registry.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { Profile } from '../../src/core/ports/model-profiles.ts'
import type { RankedChunk, RankRequest } from '../../src/core/ports/ranker.ts'
import type { Answer, Item } from '../../src/core/answer.ts'
import { parseIndexRef } from '../../src/core/index-ref.ts'
import { sentences } from '../../src/core/text/sentences.ts'
import type { Chunk, IndexDeclaration, ParsedDocument, TextDocument, Span } from '../../src/core/types.ts'

interface TinyIndex {
  readonly declaration: IndexDeclaration
  readonly documents: Map<string, TextDocument>
}

/** What survives an engine: the indexes of a directory, and what was asked of the engines over it. */
export interface TinyStore {
  readonly indexes: Map<string, TinyIndex>
  /** Overrides of every engine that was opened, in order. */
  readonly opened: Readonly<Record<string, unknown>>[]
  readonly ranked: RankRequest[]
  /** Settings that engines of this version do not have. */
  readonly unknown: Set<string>
  embeddedDocuments: number
  rawSearches: number
  closed: number
}

export const createTinyStore = (): TinyStore => ({
  indexes: new Map(),
  opened: [],
  ranked: [],
  unknown: new Set(),
  embeddedDocuments: 0,
  rawSearches: 0,
  closed: 0,
})

/** An engine small enough to know every answer by hand: chunks are paragraphs, BM25 is the number of shared words, a vector is letters. */
export function createTinyEngine(store: TinyStore, overrides: Readonly<Record<string, unknown>>): Engine {
  const unknown = Object.keys(overrides).find((path) => store.unknown.has(path))
  if (unknown !== undefined) throw new AppError('invalid_config', `${unknown} is no setting`)
  store.opened.push(overrides)
  const find = (name: IndexName): TinyIndex => {
    const index = store.indexes.get(name)
    if (index === undefined) throw new AppError('index_not_found', name)
    return index
  }
  const embedder = { name: 'tiny', fingerprint: 'tiny-1', space: 'tiny', dimensions: 26, maxTokens: 100 }
  const lane = {
    ...embedder,
    embed: (texts: readonly string[]) => Promise.resolve({ vectors: texts.map(() => new Float32Array(26)), tokens: texts.length, cut: 0 }),
    countTokens: (texts: readonly string[]) => Promise.resolve(texts.map((text) => words(text).length)),
  }
  // Benchmarks never look at it.
  const settings = {} as Profile['settings']
  const rank = (request: RankRequest) => {
    store.ranked.push(request)
    const { classify, query, overrides: plan } = request
    const intent = classify ? intentOf(query) : 'default'
    const chunks = plan.retrieves === false ? [] : rankChunks(find(parseIndexRef(request.index).name), request)
    return { chunks, intent, reranked: plan.rerank === 'always', degraded: false, stages: { search: 2, fuse: 1 } }
  }
  const parts: Partial<Engine> = {
    versions: { program: 'tiny' },
    clock: { now: () => performance.now(), wall: () => Date.now() },
    profiles: {
      names: ['tiny', 'tiny-reranked'],
      open: (name) => {
        const reranker = { name: 'r', fingerprint: 'r', score: () => Promise.resolve(new Float32Array()) }
        return Promise.resolve({
          name,
          queries: lane,
          passages: lane,
          reranker: name === 'tiny' ? null : reranker,
          evidence: {} as Profile['evidence'],
          confidence: {} as Profile['confidence'],
          settings,
        } satisfies Profile)
      },
      close: () => Promise.resolve(),
    },
    // What benchmarks ask of it; anything else is not there.
    indexes: {
      create: (_, declaration) => {
        if (!store.indexes.has(declaration.name)) store.indexes.set(declaration.name, { declaration, documents: new Map() })
        return Promise.resolve(statusOf(find(declaration.name)))
      },
      list: () => Promise.resolve([...store.indexes.values()].map(statusOf)),
      status: (_, name) => Promise.resolve(statusOf(find(name))),
      pin: (_, name) => Promise.resolve(readerOf(find(name))),
      writer: () => Promise.resolve({ optimize: () => Promise.resolve(1) } as unknown as IndexWriter),
      calibrate: () => Promise.resolve(),
      close: () => Promise.resolve(),
    } satisfies Partial<Engine['indexes']> as Partial<Engine['indexes']> as Engine['indexes'],
    calibrator: {
      calibrate: ({ questions }, asked) => {
        asked(1, 1)
        const own = { questions: questions.length, made: questions.length === 0, abstain: 0 }
        return Promise.resolve({
          ...{ threshold: 0.5, model: 'tiny', embedder: 'tiny-1', scorer: 'hybrid', own, revision: 1, calibratedAt: '' },
          foreign: { questions: 1, abstain: 1 },
        })
      },
    },
    ingester: {
      known: (_, __, entries) => Promise.resolve(entries.map(() => 'new')),
      load: () => Promise.reject(new Error('nothing here loads')),
      rehearse: () => Promise.reject(new Error('nothing here rehearses')),
      async ingest(_, name, source, events) {
        const index = find(name)
        const documents = { new: 0, changed: 0, unchanged: 0, failed: 0 }
        for await (const document of source) {
          const status = index.documents.get(document.id)?.content === document.content ? 'unchanged' : 'new'
          index.documents.set(document.id, document as TextDocument)
          if (status === 'new') store.embeddedDocuments += 1
          documents[status] += 1
          events.document({ id: document.id, status, chunks: 1, error: null, warnings: [] })
        }
        const { chunks } = countsOf(index)
        return {
          documents,
          chunks,
          redundant: { exact: 0, near: 0, boilerplate: 0 },
          duplicateChunks: 0,
          cachedChunks: 0,
          embeddedChunks: chunks,
          embedTokens: chunks * 10,
          cutChunks: 0,
          storedBytes: 0,
          revision: 1,
          ms: 1,
        }
      },
    },
    classifier: {
      fingerprint: 'tiny-1',
      labels: ['lookup', 'how_to'],
      classify: (query) => [{ label: intentOf(query), confidence: 1 }],
    },
    counters: { resolve: () => ({ name: 'words', exact: true, count: (text) => text.match(/\S+/g)?.length ?? 0 }) },
    ranker: { rank: (request) => Promise.resolve(rank(request)) },
    retriever: {
      retrieve: ({ query, index, budget }) => Promise.resolve(answer(find(parseIndexRef(index).name), query, budget.tokens, overrides)),
    },
    rawPair: () => Promise.resolve({ search: () => Promise.resolve(void (store.rawSearches += 1)), close: () => undefined }),
    close: () => Promise.resolve(void (store.closed += 1)),
  }
  // The rest is not asked for by benchmarks.
  return parts as Engine
}

const intentOf = (query: string): string => (query.startsWith('how') ? 'how_to' : 'lookup')

const words = (text: string): readonly string[] => [...new Set(text.toLowerCase().match(/[a-z]+/g) ?? [])]

const letters = (text: string): readonly string[] => [...new Set(text.toLowerCase().match(/[a-z]/g) ?? [])]

const shared = (a: readonly string[], b: readonly string[]): number => a.filter((each) => b.includes(each)).length

function rankChunks(index: TinyIndex, { query, overrides }: RankRequest): readonly RankedChunk[] {
  const chunks = [...index.documents.values()].flatMap((document) =>
    spansOf(document.content, index.declaration.unit).map((span, order) => {
      const text = document.content.slice(span.start, span.end)
      const lexical = overrides.lexicalDepth === 0 ? 0 : shared(words(query), words(text))
      const vector = overrides.vectorDepth === 0 ? 0 : shared(letters(query), letters(text)) / 100
      return { chunk: `${document.id}#${order}` as ChunkId, doc: document.id, span, score: lexical + vector, evidence: [] }
    }),
  )
  return chunks.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || (a.chunk < b.chunk ? -1 : 1))
}

function spansOf(text: string, unit: string): readonly Span[] {
  if (unit === 'document') return [{ start: 0, end: text.length }]
  return [...text.matchAll(/\S[\s\S]*?(?=\n\n|$(?![\s\S]))/g)].map((match) => ({ start: match.index, end: match.index + match[0].length }))
}

/** Packs whole chunks that share a word with the query until the budget, in words, is reached; in `bench context` with intents on, one at most. */
function answer(index: TinyIndex, query: string, tokens: number, overrides: Readonly<Record<string, unknown>>): Answer {
  const request = { query, overrides: { vectorDepth: 0 } } as RankRequest
  const items: Item[] = []
  const single = 'retrieve.hierarchy.min_chunks' in overrides && !('intents.threshold' in overrides)
  let context = ''
  for (const { chunk, doc, span, score } of rankChunks(index, request)) {
    const text = (index.documents.get(doc)?.content ?? '').slice(span?.start, span?.end)
    if (words(context + text).length > tokens || (single && items.length === 1)) break
    context += `${text}\n`
    const place = { title: doc, uri: null, pages: null, heading: '', span: span ?? { start: 0, end: 0 } }
    items.push({ id: chunk, doc, ...place, kind: 'chunk', chunks: [chunk], tokens: words(text).length, score, citation: '[1]', also: [] })
  }
  const usage = { tokenizer: 'words', budgetTokens: tokens, contextTokens: words(context).length }
  const outcome = items.length === 0 ? 'no_relevant_context' : 'ok'
  return {
    items,
    context,
    usage,
    outcome,
    confidence: items.length === 0 ? 0 : 1,
    explain: { relevance: { probability: items.length === 0 ? 0 : 1, signals: { cosine: 0.5 } } },
    intent: { label: intentOf(query), confidence: 1 },
  } as unknown as Answer
}

const countsOf = ({ documents, declaration }: TinyIndex) => ({
  documents: documents.size,
  chunks: [...documents.values()].reduce((sum, { content }) => sum + spansOf(content, declaration.unit).length, 0),
})

const statusOf = (index: TinyIndex): IndexStatus => ({
  declaration: index.declaration,
  version: 'v1' as IndexVersion,
  revision: 1,
  content: 'c',
  counts: countsOf(index),
  embedder: { name: 'tiny', fingerprint: 'tiny-1', space: 'tiny', dimensions: 26 },
  bytes: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  calibration: null,
})

function readerOf(index: TinyIndex): IndexReader {
  const document = (id: DocumentId): Promise<ParsedDocument | null> => {
    const found = index.documents.get(id)
    return Promise.resolve(found === undefined ? null : { ...found, title: found.id, text: found.content, contentHash: '' })
  }
  const chunk = (id: ChunkId): Chunk[] => {
    const [doc = '', order = ''] = id.split('#')
    const content = index.documents.get(doc)?.content ?? ''
    const span = spansOf(content, index.declaration.unit)[Number(order)]
    if (span === undefined) return []
    const text = content.slice(span.start, span.end)
    const ends = sentences(text).map(({ end }) => end)
    const covering = ends.map((end, at) => ({ start: ends[at - 1] ?? 0, end }))
    return [{ id, doc, ordinal: Number(order), title: '', headingPath: [], span, text, sentences: covering } as unknown as Chunk]
  }
  const chunks = (ids: readonly ChunkId[]): Promise<readonly Chunk[]> => Promise.resolve(ids.flatMap(chunk))
  return { document, chunks, release: () => undefined } as unknown as IndexReader
}
