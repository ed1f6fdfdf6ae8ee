import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { Answer } from '../../src/core/answer.ts'
import type { RequestId } from '../../src/core/ids.ts'
import type { RetrieveRequest } from '../../src/core/request.ts'
import { randomQuery } from './corpora.ts'
import { TENANT, nameOf, openRandomIndexes } from './random-indexes.ts'

/** docs/budgets.md on sessions, over random conversations: nothing is sent twice, a retry is what its first try was, a session has a budget. */

const CONVERSATIONS = 150
const INDEX = { seed: 21, documents: 25, encodings: ['o200k_base'] } as const

const turn = fc.record({
  query: fc.oneof({ weight: 3, arbitrary: randomQuery }, { weight: 1, arbitrary: fc.constant('alpha beta rotate key') }),
  tokens: fc.integer({ min: 20, max: 800 }),
  repeat: fc.boolean(),
  refresh: fc.boolean(),
  excerpts: fc.option(fc.boolean()),
  retried: fc.boolean(),
})
const conversation = fc.record({
  turns: fc.array(turn, { minLength: 2, maxLength: 5 }),
  tokens: fc.option(fc.integer({ min: 50, max: 1500 })),
})

describe('a session', () => {
  let opened: Awaited<ReturnType<typeof openRandomIndexes>>
  before(async () => {
    opened = await openRandomIndexes([INDEX], { 'retrieve.candidates': 20 })
  })
  after(() => opened.close())

  const ask = (request: RetrieveRequest, retryKey: string | null) =>
    opened.engine.retriever.retrieve(request, {
      id: 'req_session' as RequestId,
      caller: { tenant: TENANT, scopes: ['retrieve'], key: null },
      signal: new AbortController().signal,
      retryKey,
    })

  it(`keeps what it promises in ${CONVERSATIONS} random conversations`, { timeout: 600_000 }, async () => {
    let count = 0
    let skipped = 0
    await fc.assert(
      fc.asyncProperty(conversation, async ({ turns, tokens }) => {
        const name = `conversation-${(count += 1)}`
        const sent: Answer['items'][number][] = []
        let used = 0
        for (const [at, drawn] of turns.entries()) {
          const refresh = drawn.refresh && !drawn.repeat
          const request = requestOf(drawn, { name, tokens, repeat: drawn.repeat, refresh })
          const answer = await ask(request, `key-${at}`)
          if (!drawn.repeat) for (const item of answer.items) assertNotSent(item, sent)
          sent.push(...answer.items)
          used += answer.usage.contextTokens
          assert.ok(tokens === null || used <= tokens)
          assert.deepEqual([answer.session?.tokensUsed, answer.session?.turns], [used, at + 1])
          assert.equal(answer.session?.tokensLeft ?? null, tokens === null ? null : tokens - used)
          if (answer.outcome === 'no_new_context') assert.equal(answer.context, '')
          if (answer.dropped.some(({ reason }) => reason === 'already_sent')) skipped += 1
          if (drawn.retried) await assertRetried(request, `key-${at}`, answer)
        }
      }),
      { numRuns: CONVERSATIONS, seed: 7 },
    )
    assert.ok(skipped > 20, 'too few passages that were sent before')
  })

  async function assertRetried(request: RetrieveRequest, key: string, first: Answer): Promise<void> {
    const again = await ask(request, key)
    // A pause may have indexed what the load left: a retry is the same of the same revision.
    if (again.receipt.revision !== first.receipt.revision) {
      await assertRetried(request, key, again)
      return
    }
    const { context, items, dropped, session } = again
    assert.deepEqual({ context, items, dropped }, { context: first.context, items: first.items, dropped: first.dropped })
    assert.equal(session?.tokensUsed, first.session?.tokensUsed)
    await assert.rejects(ask({ ...request, query: `${request.query} more` }, key), { code: 'idempotency_conflict' })
  }
})

function assertNotSent({ doc, span }: Answer['items'][number], sent: readonly Answer['items'][number][]): void {
  for (const before of sent) {
    assert.ok(before.doc !== doc || before.span.end <= span.start || span.end <= before.span.start, `${doc} ${span.start}-${span.end}`)
  }
}

function requestOf(
  { query, tokens, excerpts }: { readonly query: string; readonly tokens: number; readonly excerpts: boolean | null },
  session: RetrieveRequest['session'],
): RetrieveRequest {
  return {
    query,
    index: nameOf(INDEX.seed),
    budget: { tokens, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
    filter: null,
    require: [],
    intent: null,
    mode: 'quick',
    deadlineMs: 60_000,
    feature: null,
    session,
    render: 'markdown',
    excerpts,
    notice: false,
    explain: false,
  }
}
