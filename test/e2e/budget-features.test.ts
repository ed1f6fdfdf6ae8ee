import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { openComposed } from './composed.ts'
import { ask, createSuite } from './ration.ts'

/** What a request and the operator may ask of a budget, over the composed service and a real index. */

const GUIDE =
  'Rotate an API key by making a second one. Give the second key to the caller. Revoke the first key when nobody uses it any more. Keep the audit log of the rotation.'
const DOCUMENTS = [
  {
    id: 'guide/keys.md',
    content: `# Keys\n\n${GUIDE}`,
    metadata: { updated: '2020-01-01' },
  },
  { id: 'mirror/keys.md', content: `# Keys\n\n${GUIDE}` },
  { id: 'secret/keys.md', content: `# Keys\n\n${GUIDE}` },
  { id: 'policy/refunds.md', content: '# Refunds\n\nMoney is returned within thirty days.' },
  { id: 'twin/refunds.md', content: '# Refunds\n\nMoney is returned within thirty days.' },
  ...Array.from({ length: 12 }, (_, at) => ({
    id: `notes/${at}.md`,
    content: `# Note ${at}\n\nThe API key of service number ${at} is rotated every ${at + 2} months, and service ${at} is owned by team ${at * 7}.`,
  })),
]
const RULES = [
  { name: 'secret', when: { phrases: ['key'] }, effect: 'forbid', documents: ['secret/keys.md'] },
  { name: 'only-mirror', when: { phrases: ['api key please'] }, effect: 'forbid', documents: ['guide/keys.md'] },
  { name: 'first', when: { phrases: ['which service'] }, effect: 'pin', documents: ['notes/9.md'] },
  { name: 'silent', when: { phrases: ['legal advice'] }, effect: 'abstain' },
]

describe('budgets, as asked', () => {
  const suite = createSuite()
  let app: FastifyInstance
  const retrieve = async (change: Readonly<Record<string, unknown>> = {}) => {
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: ask({ mode: 'quick', ...change }) })
    assert.equal(response.statusCode, 200, response.body)
    const answer = response.json<WireAnswer>()
    const { usage, outcome, items } = answer
    assert.ok(usage.context_tokens <= usage.budget_tokens)
    assert.equal(usage.evidence_tokens + usage.heading_tokens + usage.citation_tokens + usage.template_tokens, usage.context_tokens)
    assert.equal(outcome === 'ok', items.length > 0)
    return answer
  }
  const documentsIn = ({ items }: WireAnswer) => [...new Set(items.map(({ doc }) => doc))]
  const textOf = async (doc: string, [start, end]: readonly number[]) => {
    const { body: text } = await app.inject(`/v1/documents/${encodeURIComponent(doc)}/text?index=docs`)
    return text.slice(start, end)
  }
  const statusOf = ({ stages }: WireAnswer, name: string) => {
    const stage = stages.find((each) => each.name === name)
    return `${stage?.status} ${stage?.reason}`
  }

  before(async () => {
    const opened = await openComposed(suite, { 'rules.list': RULES, 'packing.stale_days': 365 })
    app = opened.app
    for (const [url, payload] of [
      ['/v1/indexes', { name: 'docs', fields: { updated: 'date' } }],
      ['/v1/documents', { index: 'docs', documents: DOCUMENTS, wait: true }],
    ] as const)
      assert.ok((await app.inject({ method: 'POST', url, payload })).statusCode < 300)
  })
  after(() => suite.close())

  it('cites other places of a text, of an excerpt the same part, and never a forbidden document', async () => {
    for (const excerpts of [true, false]) {
      const answer = await retrieve({
        budget: { tokens: excerpts ? 30 : 60 },
        excerpts,
        query: 'how do I rotate an API key by making a second one?',
      })
      const places = ['guide/keys.md', 'mirror/keys.md']
      const item = answer.items.find(({ doc }) => places.includes(doc))
      assert.ok(item)
      assert.equal(item.kind, excerpts ? 'sentences' : 'chunk')
      assert.deepEqual([item.doc, ...item.also.map(({ doc }) => doc)].toSorted(), places)
      const shown = await Promise.all([item, ...item.also].map(({ doc, span }) => textOf(doc, span)))
      assert.equal(new Set(shown).size, 1)
      assert.ok(answer.context.includes(shown[0] ?? ''))
      assert.deepEqual(
        [...new Set(answer.dropped.filter(({ doc }) => doc === 'secret/keys.md').map(({ reason }) => reason))],
        ['forbidden'],
      )
    }
  })

  it('shows a text that stands in a forbidden document as that of another', async () => {
    const answer = await retrieve({ query: 'rotate an api key please' })
    assert.ok(documentsIn(answer).includes('mirror/keys.md') && !documentsIn(answer).includes('guide/keys.md'))
    assert.ok(answer.items.every(({ also }) => also.every(({ doc }) => doc === 'mirror/keys.md' || !doc.endsWith('/keys.md'))))
    assert.deepEqual(
      answer.rules.map(({ name }) => name),
      ['secret', 'only-mirror'],
    )
  })

  it('has required documents in the context, whatever the question', async () => {
    for (const query of ['how do I rotate an API key?', 'hello!', '???']) {
      const answer = await retrieve({ query, require: ['policy/refunds.md'] })
      assert.ok(documentsIn(answer).includes('policy/refunds.md'), `${query}: ${statusOf(answer, 'require')}`)
      assert.equal(answer.degraded, false)
    }
    for (const doc of ['policy/refunds.md', 'twin/refunds.md']) {
      const answer = await retrieve({ query: 'when is money returned?', require: [doc] })
      const item = answer.items.find((each) => each.doc === doc)
      assert.equal(item?.also.length, 1)
    }
    const lacking = await retrieve({ require: ['nowhere', 'policy/refunds.md'] })
    assert.deepEqual([statusOf(lacking, 'require'), lacking.degraded], ['degraded not_found', true])
    const filtered = await retrieve({ require: ['policy/refunds.md'], filters: { exists: 'updated' } })
    assert.deepEqual([statusOf(filtered, 'require'), documentsIn(filtered)], ['degraded not_found', ['guide/keys.md']])
    const tight = await retrieve({ require: Array.from({ length: 10 }, (_, at) => `notes/${at}.md`), budget: { tokens: 70 } })
    assert.ok(tight.items.length > 0 && tight.dropped.some(({ doc, reason }) => doc.startsWith('notes/') && reason === 'over_budget'))
  })

  it('has every required document in a context that ends at the knee', async () => {
    const wanted = ['policy/refunds.md', 'notes/1.md', 'notes/2.md', 'notes/3.md']
    for (const query of ['how do I rotate an API key?', 'when is money returned?', 'hello!']) {
      const documents = documentsIn(await retrieve({ query, require: wanted, budget: { tokens: 'auto' } }))
      assert.deepEqual(
        wanted.filter((doc) => !documents.includes(doc)),
        [],
        query,
      )
    }
  })

  it('packs pinned documents first, and nothing where a rule wants silence', async () => {
    const asked = { query: 'which service has a key that is rotated?', budget: { tokens: 60 } }
    assert.ok(documentsIn(await retrieve(asked)).includes('notes/9.md'))
    const silent = await retrieve({ query: 'legal advice about a key', explain: true })
    assert.deepEqual(
      [silent.outcome, silent.context, silent.usage.context_tokens, silent.usage.budget_tokens],
      ['no_relevant_context', '', 0, 400],
    )
    assert.deepEqual([silent.min_tokens, silent.next], [null, []])
    assert.ok(silent.hints.length > 0 && silent.hints.every(({ doc }) => doc !== 'secret/keys.md'))
    assert.ok(silent.dropped.every(({ reason }) => ['abstained', 'forbidden', 'duplicate'].includes(reason)))
    assert.ok(silent.explain?.candidates.every(({ fate, step }) => fate !== 'packed' && step === null))
  })

  it('says inside the context what is unsure or stale, within the budget', async () => {
    const asked = { filters: { exists: 'updated' }, notice: true }
    const stale = await retrieve(asked)
    assert.match(stale.context, /> .*has not been updated for a long time\.\n$/u)
    assert.match(stale.receipt.template, /^markdown@[\d.]+\+notices@[\d.]+$/u)
    assert.doesNotMatch((await retrieve({ ...asked, notice: false })).context, /updated for a long time/u)
    const small = await retrieve({ ...asked, budget: { tokens: 12 } })
    assert.deepEqual([small.outcome, small.context], ['budget_too_small', ''])
    assert.equal((await retrieve({ ...asked, budget: { tokens: small.min_tokens } })).outcome, 'ok')
    assert.doesNotMatch(small.receipt.template, /notices/u)
  })

  it('ends at the knee with `auto`, with room for shares', async () => {
    const most = await retrieve({ budget: { tokens: 4000 } })
    const auto = await retrieve({ budget: { tokens: 'auto' } })
    assert.ok(auto.items.length > 0 && auto.usage.budget_tokens < 4000 && auto.usage.context_tokens <= most.usage.context_tokens)
    for (const cap of [{ per_document: 0.1 }, { per_source: 0.1 }])
      assert.equal((await retrieve({ budget: { tokens: 'auto', ...cap } })).outcome, 'ok')
  })

  it('keeps one source from filling the context', async () => {
    const asked = { query: 'which months is the API key of a service rotated, owned by which team?' }
    const whole = await retrieve({ ...asked, budget: { tokens: 300 } })
    const notes = ({ items }: WireAnswer) =>
      items.filter(({ doc }) => doc.startsWith('notes/')).reduce((sum, { tokens }) => sum + tokens, 0)
    const capped = await retrieve({ ...asked, budget: { tokens: 300, per_source: 0.3 } })
    assert.ok(notes(whole) > 90 && notes(capped) <= 90, `${notes(whole)} and ${notes(capped)}`)
    assert.ok(capped.dropped.some(({ reason }) => reason === 'per_source_cap'))
    assert.ok(whole.dropped.every(({ reason }) => !reason.endsWith('_cap')))
  })

  it('explains what became of each candidate', async () => {
    const { explain, items, dropped, next } = await retrieve({ explain: true, budget: { tokens: 80 } })
    assert.ok(explain)
    for (const { id, fate, step, variants } of explain.candidates) {
      assert.equal(
        step !== null,
        items.some(({ chunks }) => chunks.includes(id)),
      )
      assert.equal(fate, dropped.find((each) => each.id === id)?.reason ?? 'packed')
      assert.ok(variants.every((variant, at) => variant.tokens > (variants[at - 1]?.tokens ?? 0)))
    }
    assert.ok(next.length === 3 && next.every(({ gain }, at) => gain >= (next[at - 1]?.gain ?? 0)))
  })

  it('gives what a session has left, and says what was sent', async () => {
    const asked = { session: 'spent', session_tokens: 100, budget: { tokens: 100 } }
    const first = await retrieve(asked)
    const second = await retrieve(asked)
    assert.ok(first.usage.context_tokens + second.usage.context_tokens <= 100)
    assert.equal(second.usage.budget_tokens, 100 - first.usage.context_tokens)
    const texts = [first, second].flatMap(({ items }) => items.map(({ doc, span }) => `${doc} ${span.join('-')}`))
    assert.equal(new Set(texts).size, texts.length)
    await retrieve({ session: 'all', budget: { tokens: 4000 } })
    assert.equal((await retrieve({ session: 'all', query: 'legal advice about a key' })).outcome, 'no_relevant_context')
  })
})
