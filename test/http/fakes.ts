import type { DocumentId, IndexName, IndexVersion, TenantId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexRegistry, IndexStatus } from '../../src/core/ports/index-registry.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { Ingester, IngestStatus } from '../../src/core/ports/ingester.ts'
import type { ApiKey, KeyStore } from '../../src/core/ports/key-store.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { ModelProfiles } from '../../src/core/ports/model-profiles.ts'
import type { Retriever } from '../../src/core/ports/retriever.ts'
import type { UsageLedger, UsageRow, UsageSum } from '../../src/core/ports/usage-ledger.ts'
import type { Answer, IndexDeclaration, ParsedDocument } from '../../src/core/types.ts'

/** In place of the rooms that this one knows through ports only: they keep what they are given and answer the same every time. */

interface StoredIndex {
  readonly declaration: IndexDeclaration
  readonly documents: Map<DocumentId, ParsedDocument>
  revision: number
  /** Readers handed out and not released. */
  pinned: number
}

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
              .slice(0, limit)
              .map((document) => ({ ...document, characters: document.text.length, chunks: 1 })),
          ),
        release: () => void (index.pinned -= 1),
      } as Partial<IndexReader> as IndexReader
    })
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

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function statusOf({ declaration, documents, revision }: StoredIndex): IndexStatus {
  return {
    declaration,
    version: 'v1' as IndexVersion,
    revision,
    content: 'c0',
    counts: { documents: documents.size, chunks: documents.size },
    embedder: { name: 'static', fingerprint: 'f0', space: 's0', dimensions: 4 },
    bytes: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
  }
}

const attempt = <Result>(work: () => Result): Promise<Result> => new Promise((resolve) => resolve(work()))

/** One chunk a document; content `bad` fails. Stops at its signal, as the port demands. */
export function memoryIngester(indexes: MemoryIndexes, seen: { pulled: number } = { pulled: 0 }): Ingester {
  return {
    async ingest(tenant, name, source, events, { signal }) {
      const index = indexes.find(tenant, name)
      const documents: Record<IngestStatus, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
      for await (const raw of source) {
        seen.pulled += 1
        if (signal.aborted) throw new AppError('cancelled', 'Stopped')
        const known = index.documents.get(raw.id)
        const status = raw.content === 'bad' ? 'failed' : known === undefined ? 'new' : known.text === raw.content ? 'unchanged' : 'changed'
        documents[status] += 1
        const error = status === 'failed' ? ({ code: 'invalid_document', message: 'It is bad' } as const) : null
        if (error === null) index.documents.set(raw.id, { ...raw, title: raw.title ?? raw.id, text: raw.content, contentHash: 'h0' })
        events.document({ id: raw.id, status, chunks: error === null ? 1 : 0, error })
      }
      index.revision += 1
      const chunks = documents.new + documents.changed
      return {
        documents,
        chunks,
        duplicateChunks: 0,
        embeddedChunks: chunks,
        embedTokens: chunks * 10,
        cutChunks: 0,
        revision: index.revision,
        ms: 1,
      }
    },
  }
}

export const answerTo = (query: string, index: IndexName, budgetTokens: number): Omit<Answer, 'id' | 'explain'> => ({
  outcome: 'ok',
  context: `# ${query}\n`,
  items: [
    {
      id: 'c1' as never,
      doc: 'guide/keys.md' as DocumentId,
      title: 'Keys',
      uri: null,
      heading: 'Keys > Rotation',
      span: { start: 3, end: 9 },
      tokens: 4,
      score: 0.9,
      citation: '[1]',
      also: [{ doc: 'copy.md' as DocumentId, span: { start: 0, end: 6 } }],
    },
  ],
  dropped: [{ id: 'c2' as never, doc: 'copy.md' as DocumentId, tokens: 4, score: 0.8, reason: 'duplicate', duplicateOf: 'c1' as never }],
  intent: { label: 'how_to', confidence: 0.91 },
  confidence: 0.9,
  minTokens: null,
  usage: {
    tokenizer: 'o200k_base',
    budgetTokens,
    contextTokens: 5,
    candidateTokens: 9,
    savedTokens: 4,
    embedTokens: 6,
    rerankPairs: 2,
    costUsd: 0.001,
  },
  stages: [{ name: 'fuse', status: 'ok', ms: 0.5, in: 2, out: 1, reason: null }],
  degraded: false,
  receipt: {
    index,
    version: 'v1' as IndexVersion,
    revision: 3,
    content: 'c0',
    profile: 'fast',
    embedder: 'e0',
    reranker: null,
    intentModel: 'i0',
    packer: 'greedy@1',
    template: 'markdown@1',
    config: 'k0',
    cohort: 'c0',
  },
})

export const echoRetriever: Retriever = {
  retrieve: ({ query, index, budget, explain }, { id }) =>
    Promise.resolve({
      id,
      ...answerTo(query, index, budget.tokens),
      explain: explain
        ? {
            lexicalQuery: query,
            vectorQuery: query,
            identifiers: [],
            intents: [{ label: 'how_to', confidence: 0.91, share: 1 }],
            plan: { lexicalDepth: 100 },
            candidates: [
              {
                id: 'c1' as never,
                doc: 'd' as never,
                evidence: [{ leg: 'lexical', rank: 1, score: 2 }],
                value: 0.9,
                tokens: 4,
                fate: 'packed',
              },
            ],
          }
        : null,
    }),
}

export const staticProfiles: ModelProfiles = {
  names: ['fast'],
  open: (name) => {
    if (name !== 'fast') return Promise.reject(new AppError('unknown_profile', `There is no profile ${name}`, { allowed: ['fast'] }))
    return Promise.resolve({ name, passages: { name: 'static', fingerprint: 'f0', space: 's0', dimensions: 4 } } as never)
  },
  close: () => Promise.resolve(),
}

export class MemoryKeys implements KeyStore {
  readonly #keys = new Map<string, { key: ApiKey; readonly secret: string }>()

  create({ tenant, scopes, label }: Parameters<KeyStore['create']>[0]) {
    const id = `k${this.#keys.size + 1}`
    const key: ApiKey = { id, tenant, scopes, label, createdAt: '2026-01-01T00:00:00.000Z', revokedAt: null }
    const secret = `rk_${id}_secret`
    this.#keys.set(id, { key, secret })
    return Promise.resolve({ key, secret })
  }

  list() {
    return Promise.resolve([...this.#keys.values()].map(({ key }) => key))
  }

  revoke(id: string) {
    return attempt(() => {
      const entry = this.#keys.get(id)
      if (entry === undefined) throw new AppError('key_not_found', 'There is no such key')
      entry.key = { ...entry.key, revokedAt: '2026-01-02T00:00:00.000Z' }
      return entry.key
    })
  }

  authenticate(secret: string) {
    const found = [...this.#keys.values()].find((entry) => entry.secret === secret && entry.key.revokedAt === null)
    return Promise.resolve(found === undefined ? null : { tenant: found.key.tenant, scopes: found.key.scopes, key: found.key.id })
  }
}

export class MemoryLedger implements UsageLedger {
  readonly lost = 0
  readonly rows: UsageRow[] = []
  readonly #queries: unknown[] = []

  record(row: UsageRow): void {
    this.rows.push(row)
  }

  flush(_limits: Limits): Promise<void> {
    return Promise.resolve()
  }

  sum(query: Parameters<UsageLedger['sum']>[0]): Promise<readonly UsageSum[]> {
    this.#queries.push(query)
    return Promise.resolve([this.#sumOf(this.rows.filter((row) => row.tenant === query.tenant))])
  }

  diff(tenant: TenantId, before: string, after: string) {
    const side = (config: string) => {
      const rows = this.rows.filter((row) => row.tenant === tenant && row.config === config)
      if (rows.length === 0) throw new AppError('not_found', `Nothing is booked for ${config}`)
      return this.#sumOf(rows)
    }
    return attempt(() => ({ before: side(before), after: side(after) }))
  }

  get queries(): readonly unknown[] {
    return this.#queries
  }

  #sumOf(rows: readonly UsageRow[]): UsageSum {
    const total = (of: (row: UsageRow) => number) => rows.reduce((sum, row) => sum + of(row), 0)
    return {
      group: {},
      requests: rows.length,
      degraded: 0,
      budgetTokens: total((row) => row.budgetTokens),
      contextTokens: total((row) => row.contextTokens),
      savedTokens: total((row) => row.savedTokens),
      embedTokens: total((row) => row.embedTokens),
      rerankPairs: total((row) => row.rerankPairs),
      costUsd: total((row) => row.costUsd),
      ms: 1,
      outcomes: {},
    }
  }
}
