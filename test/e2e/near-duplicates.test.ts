import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { openComposed } from './composed.ts'
import { ask, createSuite } from './ration.ts'

/** Near-duplicates and boilerplate as a caller meets them: over the composed service and a real index. */

const retention = (months: number): string =>
  `The archive keeps every message for ${months} months and then moves it to cheaper storage without telling anybody, so that whoever wants to read a message that was moved has to wait until the keeper ` +
  'of the archive has brought it back from the shelf. That happens twice a day at most and never on a holiday. A message that was brought back stays where it was read until the ' +
  'next round. Nothing is ever thrown away, and nothing is changed while it lies on the shelf. The keeper writes down who asked for which message and why.'
const FOOTER = 'Written by the keepers of the velvet archive, who are glad to hear what could be said better here.'
const PLAIN = retention(4)
const EDITED = PLAIN.replace('next round', 'round after it')
const RESTATED = retention(7)

describe('near-duplicates', () => {
  const suite = createSuite()
  let app: FastifyInstance
  const retrieve = async (query: string) => {
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: { ...ask({ mode: 'quick' }), query } })
    assert.equal(response.statusCode, 200, response.body)
    return response.json<WireAnswer>()
  }
  const placesIn = ({ items }: WireAnswer) => items.map(({ doc, also }) => [doc, ...also.map((place) => place.doc)].sort())
  const post = async (url: string, payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url, payload })
    assert.ok(statusCode < 300, body)
  }

  before(async () => {
    const opened = await openComposed(suite, { 'duplicates.boilerplate_documents': 5 })
    app = opened.app
    await post('/v1/indexes', { name: 'docs', profile: 'fast' })
    const documents = [
      { id: 'one/retention.md', content: `# Retention\n\n${PLAIN}` },
      { id: 'two/retention.md', content: `# Retention\n\n${EDITED}` },
      { id: 'three/retention.md', content: `# Retention\n\n${RESTATED}` },
    ]
    const pages = Array.from({ length: 10 }, (_, at) => ({
      id: `pages/${at}.md`,
      content: `# Page ${at}\n\nRoom number ${at} of the house has ${at + 2} windows, a door of oak and a lamp that is lit at dusk by whoever comes by first.\n\n${FOOTER}`,
    }))
    await post('/v1/documents', { index: 'docs', documents, wait: true })
    for (const page of pages) await post('/v1/documents', { index: 'docs', documents: [page], wait: true })
  })
  after(() => suite.close())

  it('are shown once with both places where they state the same; what states something else is an item of its own', async () => {
    const answer = await retrieve('how many months does the archive keep every message')
    const places = placesIn(answer)
    assert.ok(
      places.some((each) => each.join() === 'one/retention.md,two/retention.md'),
      JSON.stringify(places),
    )
    assert.ok(
      places.some((each) => each.includes('three/retention.md') && each.length === 1),
      JSON.stringify(places),
    )
    assert.match(answer.context, /4 months/)
    assert.match(answer.context, /7 months/)
    const dropped = answer.dropped.find(({ reason }) => reason === 'duplicate')
    assert.ok(dropped?.duplicate_of)
  })

  it('boilerplate is answered when it is asked for, cited where it stands, and documents keep it', async () => {
    const answer = await retrieve('who are the keepers of the velvet archive')
    assert.ok(answer.context.includes(FOOTER))
    assert.ok(placesIn(answer).some((places) => places.length >= 5))
    const { body } = await app.inject('/v1/documents/pages%2F9.md/text?index=docs')
    assert.ok(body.includes(FOOTER))
    const report = (await app.inject('/v1/indexes/docs/duplicates')).json<{
      total: { boilerplate: { chunks: number }; near: { chunks: number } }
    }>()
    assert.equal(report.total.boilerplate.chunks, 5)
    assert.equal(report.total.near.chunks, 2)
  })
})
