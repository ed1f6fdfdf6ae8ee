import type { DocumentId, IndexName, IndexVersion, TenantId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import type { ApiKey, KeyStore } from '../../src/core/ports/key-store.ts'
import type { ModelProfiles } from '../../src/core/ports/model-profiles.ts'
import type { Retriever } from '../../src/core/ports/retriever.ts'
import type { UsageLedger, UsageRow, UsageSum } from '../../src/core/ports/usage-ledger.ts'
import type { Answer } from '../../src/core/answer.ts'
import { DEFAULT_PLAN } from '../core/plan/settings.ts'
import { attempt } from './fake-indexes.ts'

/** In place of the rooms that this one knows through ports only: they keep what they are given and answer the same every time. */

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
      pages: [2, 3],
      kind: 'sentences',
      tokens: 4,
      score: 0.9,
      citation: '[1]',
      chunks: ['c1', 'c3'] as never,
      also: [{ doc: 'copy.md' as DocumentId, span: { start: 0, end: 6 } }],
    },
  ],
  dropped: [{ id: 'c2' as never, doc: 'copy.md' as DocumentId, tokens: 4, score: 0.8, reason: 'duplicate', duplicateOf: 'c1' as never }],
  intent: { label: 'how_to', confidence: 0.91 },
  confidence: 0.9,
  minTokens: null,
  next: [{ tokens: 200, gain: 0.07, adds: ['c4'] as never }],
  hints: [],
  usage: {
    tokenizer: 'o200k_base',
    budgetTokens,
    contextTokens: 5,
    evidenceTokens: 2,
    headingTokens: 1,
    citationTokens: 1,
    templateTokens: 1,
    candidateTokens: 9,
    savedTokens: 4,
    redundantShare: 0.25,
    embedTokens: 6,
    rerankPairs: 2,
    costUsd: 0.001,
  },
  session: null,
  rules: [{ name: 'keys', version: '7', effect: 'pin', documents: ['guide/keys.md' as DocumentId] }],
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
    calibration: 'a0',
    template: 'markdown@1',
    config: 'k0',
    cohort: 'c0',
  },
})

export const echoRetriever: Retriever = {
  retrieve: ({ query, index, budget, session, explain }, { id }) =>
    Promise.resolve({
      id,
      ...answerTo(query, index as IndexName, budget.tokens),
      session:
        session === null ? null : { name: session.name, turns: 2, tokensUsed: 9, tokensLeft: session.tokens, expiresAt: 1_800_000_000_000 },
      explain: explain
        ? {
            lexicalQuery: query,
            vectorQuery: query,
            identifiers: [],
            intents: [{ label: 'how_to', confidence: 0.91, share: 1 }],
            plan: { ...DEFAULT_PLAN, critical: false },
            facets: ['rotate a key'],
            followUp: { carried: ['key'], from: 'what is a key?' },
            relevance: {
              probability: 0.8,
              threshold: 0.1,
              scorer: 'hybrid',
              signals: { cosine: 0.5, lead: 0.1, passage: 0.2, sentence: 0.3, bm25: 0.4 },
              shown: 0.5,
              tokens: 3,
            },
            candidates: [
              {
                id: 'c1' as never,
                doc: 'd' as never,
                evidence: [{ leg: 'lexical', rank: 1, score: 2 }],
                value: 0.9,
                tokens: 4,
                variants: [{ kind: 'sentences', span: { start: 3, end: 9 }, tokens: 2, gain: 0 }],
                fate: 'packed',
                step: 1,
              },
            ],
          }
        : null,
    }),
}

export const staticProfiles: ModelProfiles = {
  names: ['fast', 'standard'],
  open: (name) => {
    if (name !== 'fast' && name !== 'standard')
      return Promise.reject(new AppError('unknown_profile', `There is no profile ${name}`, { allowed: ['fast'] }))
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

  flush(): Promise<void> {
    return Promise.resolve()
  }

  sum(query: Parameters<UsageLedger['sum']>[0]): Promise<readonly UsageSum[]> {
    this.#queries.push(query)
    return Promise.resolve([this.#sumOf(this.rows.filter((row) => query.tenant === null || row.tenant === query.tenant))])
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
      storageBytes: total((row) => row.storageBytes),
      rerankPairs: total((row) => row.rerankPairs),
      costUsd: total((row) => row.costUsd),
      ms: 1,
      outcomes: {},
    }
  }
}
