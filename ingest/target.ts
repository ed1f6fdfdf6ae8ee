import type { Embedder } from '../src/core/ports/embedder.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { VectorCache } from '../src/core/ports/vector-cache.ts'
import type { Revision } from '../src/core/ids.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import type { Boilerplate } from './chunk/boilerplate.ts'

/** Where a load leads to. */
export interface Target {
  readonly declaration: IndexDeclaration
  readonly revision: Revision
  readonly passages: Embedder
  readonly writer: IndexWriter
  readonly cache: VectorCache
  /** None in a rehearsal, which teaches nothing. */
  readonly boilerplate?: Boilerplate | undefined
}

/** The same place for a rehearsal: what is there is read, but nothing is embedded, kept or written. */
export function rehearsed({ declaration, revision, passages, writer, cache }: Target): Target {
  return {
    declaration,
    revision,
    passages: countingEmbedder(passages),
    writer: readOnly(declaration, revision, (ids, limits) => writer.contentHashes(ids, limits)),
    cache: { get: (keys, dimensions) => cache.get(keys, dimensions), put: () => Promise.resolve() },
  }
}

/** For a rehearsal of an index that does not exist yet. */
export function imagined(declaration: IndexDeclaration, passages: Embedder): Target {
  return {
    declaration,
    revision: 0,
    passages: countingEmbedder(passages),
    writer: readOnly(declaration, 0, () => Promise.resolve(new Map())),
    cache: { get: () => Promise.resolve(new Map()), put: () => Promise.resolve() },
  }
}

/** Says what embedding would take and gives empty vectors. */
function countingEmbedder(embedder: Embedder): Embedder {
  const { name, fingerprint, space, dimensions, maxTokens } = embedder
  return {
    name,
    fingerprint,
    space,
    dimensions,
    maxTokens,
    countTokens: (texts, limits) => embedder.countTokens(texts, limits),
    async embed(texts, _kind, limits) {
      const counts = await embedder.countTokens(texts, limits)
      return {
        vectors: texts.map(() => new Float32Array(0)),
        tokens: counts.reduce((sum, count) => sum + Math.min(count, maxTokens), 0),
        cut: counts.filter((count) => count > maxTokens).length,
      }
    },
  }
}

function readOnly(declaration: IndexDeclaration, revision: Revision, contentHashes: IndexWriter['contentHashes']): IndexWriter {
  return {
    declaration,
    contentHashes,
    boilerplateAmong: () => Promise.resolve(new Set()),
    replaceDocuments: () => Promise.resolve({ revision, redundant: { exact: 0, near: 0, boilerplate: 0 } }),
    deleteDocuments: () => Promise.resolve({ revision, deleted: 0 }),
    optimize: () => Promise.resolve(revision),
  }
}
