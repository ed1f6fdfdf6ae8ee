import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { IndexName, RequestId, TenantId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { ModelProfiles, Profile } from '../../src/core/ports/model-profiles.ts'
import type { SessionStore } from '../../src/core/ports/session-store.ts'
import { createTokenCounters } from '../../src/models/token-counters.ts'
import { createRetriever } from '../../src/pipeline/retrieve.ts'
import { createStages } from '../../src/pipeline/stages.ts'
import { createMemorySessions } from '../../src/state/memory-sessions.ts'
import { openComposed } from './composed.ts'

export const TENANT = 'default' as TenantId
export const DOCS = 'docs' as IndexName
export const limits = () => ({ signal: new AbortController().signal, deadline: performance.now() + 60_000 })
export const post = (app: FastifyInstance, url: string, payload: object) => app.inject({ method: 'POST', url, payload })

export async function openFilled(t: TestContext, ...given: [Parameters<typeof openComposed>[1]?, Parameters<typeof openComposed>[2]?]) {
  const opened = await openComposed(t, ...given)
  assert.equal((await post(opened.app, '/v1/indexes', { name: DOCS })).statusCode, 201)
  const documents = Array.from({ length: 12 }, (_, i) => ({
    id: `d${i}`,
    content: `# Keys ${i}\n\nRotate API key number ${i} by making a second one, called k${i}x.`,
  }))
  assert.equal((await post(opened.app, '/v1/documents', { index: DOCS, documents, wait: true })).statusCode, 200)
  return opened
}

export const REQUEST = {
  query: 'how do I rotate an API key?',
  index: DOCS,
  budget: { tokens: 400, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
  filter: null,
  require: [],
  intent: null,
  mode: 'thorough',
  deadlineMs: 20_000,
  feature: null,
  session: null,
  excerpts: null,
  notice: false,
  render: 'markdown',
  explain: false,
} as const
export const call = () =>
  ({
    id: 'req_x' as RequestId,
    caller: { tenant: TENANT, scopes: ['retrieve'], key: null },
    signal: new AbortController().signal,
    retryKey: null,
  }) as const

interface Changes {
  readonly profile?: (profile: Profile) => Profile
  /** Calls of the reader that stand in for its own. */
  readonly reader?: Partial<IndexReader>
  readonly sessions?: Partial<SessionStore>
}

/** The query path over the engine's own parts, with parts that are changed on the way. */
export function retrieverWith({ service, config }: Awaited<ReturnType<typeof openFilled>>, changes: Changes) {
  const { clock, indexes, classifier, profiles } = service.engine
  const { reader = {} } = changes
  const change = changes.profile ?? ((profile: Profile): Profile => profile)
  const changed: ModelProfiles = { ...profiles, open: async (name) => change(await profiles.open(name)) }
  const pin: IndexRegistry['pin'] = async (...asked) => {
    const own = await indexes.pin(...asked)
    return new Proxy(own, {
      get: (target, name): unknown => {
        if (name in reader) return reader[name as keyof IndexReader]
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }
  const settings = { ...config, prices: config.usage.prices, configHash: 'x' }
  const counters = createTokenCounters(config.models)
  const sessions = { ...createMemorySessions(config.sessions, { clock }), ...changes.sessions }
  const ports = { clock, indexes: { ...indexes, pin }, classifier, counters, profiles: changed, sessions }
  return createRetriever(settings, createStages(settings, ports), ports)
}

export const statusOf = (answer: { stages: readonly { name: string; status: string; reason: string | null }[] }, name: string) => {
  const stage = answer.stages.find((each) => each.name === name)
  return `${stage?.status} ${stage?.reason}`
}
