import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { Calibrator } from '../../src/core/ports/calibrator.ts'
import type { DocumentId, IndexName, IndexVersion, TenantId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexRegistry, IndexStatus } from '../../src/core/ports/index-registry.ts'
import type { VectorCache } from '../../src/core/ports/vector-cache.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { Ingester, IngestStatus } from '../../src/core/ports/ingester.ts'
import type { IndexDeclaration, ParsedDocument } from '../../src/core/types.ts'

/** In place of the rooms that this one knows through ports only: they keep what they are given and answer the same every time. */

interface StoredIndex {
  readonly declaration: IndexDeclaration
  readonly documents: Map<DocumentId, ParsedDocument>
  revision: number
  calibration?: IndexCalibration
  /** Readers handed out and not released. */
  pinned: number
}

/** Readers have a limit of their own, whatever is asked. */
const READER_PAGE = 3

export class MemoryIndexes implements IndexRegistry {
  readonly stored = new Map<string, StoredIndex>()

  find(tenant: TenantId, name: IndexName): StoredIndex {
    const found = this.stored.get(`${tenant}/${name}`)
    if (found === undefined) throw new AppError('index_not_found', `There is no index ${name}`, { index: name })
    return found
  }

  async create(tenant: TenantId, declaration: IndexDeclaration): Promise<IndexStatus> {
    const key = `${tenant}/${declaration.name}`
    const known = this.stored.get(key)
    if (known !== undefined && JSON.stringify(known.declaration) !== JSON.stringify(declaration))
      throw new AppError('index_exists', 'It exists')
    if (known === undefined) this.stored.set(key, { declaration, documents: new Map(), revision: 0, pinned: 0 })
    return this.status(tenant, declaration.name)
  }

  list(tenant: TenantId): Promise<readonly IndexStatus[]> {
    const mine = [...this.stored].filter(([key]) => key.startsWith(`${tenant}/`))
    return Promise.resolve(mine.map(([, index]) => statusOf(index)))
  }

  status(tenant: TenantId, name: IndexName): Promise<IndexStatus> {
    return attempt(() => statusOf(this.find(tenant, name)))
  }

  delete(tenant: TenantId, name: IndexName): Promise<void> {
    return attempt(() => {
      this.find(tenant, name)
      this.stored.delete(`${tenant}/${name}`)
    })
  }

  verify(tenant: TenantId, name: IndexName) {
    return attempt(() => [{ name: 'counts', ok: true, checked: this.find(tenant, name).documents.size, problems: [] }])
  }

  pin(tenant: TenantId, name: IndexName): Promise<IndexReader> {
    return attempt(() => {
      const index = this.find(tenant, name)
      index.pinned += 1
      const sorted = [...index.documents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      return {
        document: (id: DocumentId) => Promise.resolve(index.documents.get(id) ?? null),
        documents: ({ after, limit }: { after: DocumentId | null; limit: number }) =>
          Promise.resolve(
            sorted
              .filter((document) => after === null || document.id > after)
              .slice(0, Math.min(limit, READER_PAGE))
              .map((document) => ({ ...document, characters: document.text.length, chunks: 1 })),
          ),
        release: () => void (index.pinned -= 1),
      } as Partial<IndexReader> as IndexReader
    })
  }

  vectors(): Promise<VectorCache> {
    return Promise.resolve({ get: () => Promise.resolve(new Map()), put: () => Promise.resolve() })
  }

  writer(tenant: TenantId, name: IndexName): Promise<IndexWriter> {
    return attempt(() => {
      const index = this.find(tenant, name)
      return {
        deleteDocuments: (ids: readonly DocumentId[]) => {
          const deleted = ids.filter((id) => index.documents.delete(id)).length
          return Promise.resolve({ revision: (index.revision += 1), deleted })
        },
      } as Partial<IndexWriter> as IndexWriter
    })
  }

  calibrate(tenant: TenantId, name: IndexName, calibration: IndexCalibration): Promise<void> {
    return attempt(() => {
      this.find(tenant, name).calibration = calibration
    })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function statusOf({ declaration, documents, revision, calibration }: StoredIndex): IndexStatus {
  return {
    declaration,
    version: 'v1' as IndexVersion,
    revision,
    content: 'c0',
    counts: { documents: documents.size, chunks: documents.size },
    embedder: { name: 'static', fingerprint: 'f0', space: 's0', dimensions: 4 },
    bytes: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    calibration: calibration ?? null,
  }
}

/** Throws become rejections, as everywhere behind a port. */
export const attempt = <Result>(work: () => Result): Promise<Result> => new Promise((resolve) => resolve(work()))

/** One chunk a document; content `bad` fails. Stops at its signal, as the port demands. */
export function memoryIngester(indexes: MemoryIndexes, seen: { pulled: number } = { pulled: 0 }): Ingester {
  return {
    async rehearse(tenant, index, source, events, limits) {
      const copy = new MemoryIndexes()
      for (const [key, each] of indexes.stored) copy.stored.set(key, { ...each, documents: new Map(each.documents) })
      const name = typeof index === 'string' ? index : (await copy.create(tenant, index)).declaration.name
      return memoryIngester(copy).ingest(tenant, name, source, events, limits)
    },
    known: (tenant, name, entries) =>
      attempt(() => {
        const { documents } = indexes.find(tenant, name)
        return entries.map(({ id }) => (documents.has(id) ? 'changed' : 'new'))
      }),
    load: (...load) => memoryIngester(indexes, seen).ingest(...load),
    async ingest(tenant, name, source, events, { signal }) {
      const index = indexes.find(tenant, name)
      const documents: Record<IngestStatus, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
      for await (const raw of source) {
        seen.pulled += 1
        if (signal.aborted) throw new AppError('cancelled', 'Stopped')
        const known = index.documents.get(raw.id)
        const text = typeof raw.content === 'string' ? raw.content : Buffer.from(raw.content).toString()
        const status = text === 'bad' ? 'failed' : known === undefined ? 'new' : known.text === text ? 'unchanged' : 'changed'
        documents[status] += 1
        const error = status === 'failed' ? ({ code: 'invalid_document', message: 'It is bad' } as const) : null
        if (error === null) index.documents.set(raw.id, { ...raw, title: raw.title ?? raw.id, text, contentHash: 'h0' })
        events.document({ id: raw.id, status, chunks: error === null ? 1 : 0, error, warnings: [] })
      }
      index.revision += 1
      const chunks = documents.new + documents.changed
      return {
        documents,
        chunks,
        redundant: { exact: 0, near: 0, boilerplate: 0 },
        duplicateChunks: 0,
        cachedChunks: 0,
        embeddedChunks: chunks,
        embedTokens: chunks * 10,
        cutChunks: 0,
        storedBytes: chunks * 100,
        revision: index.revision,
        ms: 1,
      }
    },
  }
}

export const CALIBRATION: IndexCalibration = {
  threshold: 0.25,
  model: 'confidence-v0/fast',
  embedder: 'f0',
  scorer: 'hybrid',
  own: { questions: 2, made: false, abstain: 0 },
  foreign: { questions: 3, abstain: 1 },
  revision: 1,
  calibratedAt: '2026-01-01T00:00:00.000Z',
}

/** Says that it asked each question; its threshold is the share that may be lost, or a quarter. Refuses the question `bad`. */
export function countingCalibrator(indexes: MemoryIndexes): Calibrator {
  return {
    async calibrate({ tenant, index, questions, lost }, asked) {
      if (questions.includes('bad')) throw new AppError('deadline_exceeded', 'It took too long')
      questions.forEach((_, at) => asked(at + 1, questions.length))
      const calibration = { ...CALIBRATION, threshold: lost ?? 0.25, own: { questions: questions.length, made: false, abstain: 0 } }
      await indexes.calibrate(tenant, index, calibration)
      return calibration
    },
  }
}
