import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { ChunkId, DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { Chunk } from '../../src/core/types.ts'
import { createCiteStage } from '../../src/pipeline/cite.ts'
import { layOutSelection } from '../../src/pipeline/lay-out.ts'
import type { OfferInput } from '../../src/pipeline/offer.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { offersOf, selectionOf } from './offered.ts'
import { candidateFor, documentOf, readerOf, settingsWith } from './small-index.ts'

const TEXT = ['Alpha is the first one.', 'Beta is the second one.']
const [main] = documentOf('main', [TEXT])
const [, later] = documentOf('later', [['Something before it.'], TEXT])
const [shouted] = documentOf('shouted', [[TEXT.join('  ').toUpperCase()]])
const [near] = documentOf('near', [[...TEXT, 'And a little more.']])
const [farther] = documentOf('farther', [[...TEXT, 'And a little more.']])
assert.ok(main && later && shouted && near && farther)
const all = [main, later, shouted, near, farther]

interface Cited {
  readonly candidates?: readonly Chunk[]
  readonly picked?: readonly (readonly [string, string])[]
  readonly refused?: Parameters<typeof selectionOf>[2]
  readonly forbidden?: readonly string[]
  readonly reader?: Partial<IndexReader>
  readonly retrieve?: { readonly placesPerItem?: number; readonly candidates?: number }
  readonly offered?: Partial<OfferInput>
}

async function cited({ candidates = [main as Chunk], picked = [['main#0', 'chunk']], ...rest }: Cited) {
  const context = contextWith(new ManualClock())
  const { offers } = offersOf(
    candidates.map((chunk) => candidateFor(chunk)),
    rest.offered,
  )
  const selection = selectionOf({ offers, withheld: [], facets: [] }, picked, rest.refused)
  const items = layOutSelection(selection, offers).flatMap((document) => document.items)
  const input = { items, refused: selection.refused, offers, filter: null, reader: readerOf(all, rest.reader) }
  const forbidden = new Set((rest.forbidden ?? []) as readonly DocumentId[])
  const also = await createCiteStage(settingsWith({ retrieve: rest.retrieve ?? {} })).run({ ...input, forbidden }, context)
  const [record] = context.trace.records
  return {
    also: also.map((places) => places.map(({ doc, span }) => `${doc} ${span.start}-${span.end}`)),
    status: `${record?.status} ${record?.reason}`,
  }
}

test('every other place of a text is cited, in order of documents', async () => {
  assert.deepEqual(await cited({}), { also: [['later 22-69', 'shouted 0-48']], status: 'ok null' })
  assert.deepEqual((await cited({ retrieve: { placesPerItem: 1 } })).also, [['later 22-69']])
  assert.deepEqual((await cited({ retrieve: { placesPerItem: 0 } })).also, [[]])
})

test('near-duplicates of the group are places too, whole, from whichever of them is shown; others of the founder are not', async () => {
  const like = (id: string, text: string, group: string): Chunk => {
    const [chunk] = documentOf(id, [[...TEXT, text]])
    return { ...(chunk as Chunk), near: { founder: main.textHash, group } }
  }
  const [copy, other] = [like('copy', 'Indeed.', main.textHash), like('other', 'It is 7.', 'another statement')]
  const reader = readerOf([...all, copy, other])
  const values = new Map([[main.id, [0.1, 0.9]]])
  const ofFounder = await cited({ reader, picked: [['main#0', 'sentences']], offered: { values } })
  assert.deepEqual(ofFounder.also, [['copy 0-55', 'later 46-69', 'shouted 0-48']])
  const ofCopy = await cited({ reader, candidates: [copy], picked: [['copy#0', 'chunk']] })
  assert.deepEqual(ofCopy.also, [['later 22-69', 'main 0-47', 'shouted 0-48']])
  const ofOther = await cited({ reader, candidates: [other], picked: [['other#0', 'chunk']] })
  assert.deepEqual(ofOther.also, [[]])
})

test('of an excerpt the same part of each other place, and the whole where the text is written differently', async () => {
  const values = new Map([[main.id, [0.1, 0.9]]])
  const { also } = await cited({ picked: [['main#0', 'sentences']], offered: { values } })
  assert.deepEqual(also, [['later 46-69', 'shouted 0-48']])
  assert.equal(TEXT[1]?.length, 69 - 46)
})

test('what was left out as nearly the same is cited with all of its places', async () => {
  const refused = [{ id: 'near#0', reason: 'duplicate', by: 'main#0' }] as const
  const { also } = await cited({ candidates: [main, near], refused })
  assert.deepEqual(also, [['farther 0-66', 'later 22-69', 'near 0-66', 'shouted 0-48']])
  const covered = [{ id: 'near#0', reason: 'covered_by', by: 'main#0' }] as const
  assert.deepEqual((await cited({ candidates: [main, near], refused: covered })).also, [['later 22-69', 'shouted 0-48']])
})

test('a forbidden document is not named', async () => {
  const refused = [{ id: 'near#0', reason: 'duplicate', by: 'main#0' }] as const
  const forbidden = ['later', 'farther']
  assert.deepEqual((await cited({ candidates: [main, near], refused, forbidden })).also, [['near 0-66', 'shouted 0-48']])
})

test('a neighbour that is shown is cited too, and no chunk of the item itself', async () => {
  const [before, own] = documentOf('joint', [TEXT, ['Gamma comes after it.']])
  assert.ok(before && own)
  const neighbours = new Map<ChunkId, { before: Chunk[]; after: Chunk[] }>([[own.id, { before: [before], after: [] }]])
  const places: IndexReader['places'] = (hashes, ...rest) => readerOf([...all, before, own]).places(hashes, ...rest)
  const { also } = await cited({ candidates: [own], picked: [['joint#1', 'section']], offered: { neighbours }, reader: { places } })
  assert.deepEqual(also, [['later 22-69', 'main 0-47', 'shouted 0-48']])
})

test('without the index what is known is cited, and it is said; a bug is thrown', async () => {
  const refused = [{ id: 'near#0', reason: 'duplicate', by: 'main#0' }] as const
  const failing = (error: Error) => ({ places: () => Promise.reject(error) })
  const given = { candidates: [main, near], refused }
  const { also, status } = await cited({ ...given, reader: failing(new AppError('deadline_exceeded', 'late')) })
  assert.deepEqual([also, status], [[['near 0-66']], 'timeout deadline_exceeded'])
  await assert.rejects(cited({ ...given, reader: failing(new Error('a bug')) }), { message: 'a bug' })
})

test('nothing is asked for an empty context; otherwise no more texts at once than candidates, with the reserve kept', async () => {
  assert.deepEqual(await cited({ picked: [] }), { also: [], status: 'not_planned null' })
  const asked: [number, number][] = []
  const index = readerOf(all)
  const reader: Partial<IndexReader> = {
    places: (hashes, filter, limits) => (asked.push([hashes.length, limits.deadline]), index.places(hashes, filter, limits)),
  }
  const refused = [{ id: 'near#0', reason: 'duplicate', by: 'main#0' }] as const
  await cited({ candidates: [main, near], refused, reader, retrieve: { candidates: 1 } })
  assert.deepEqual(asked, [
    [1, 900],
    [1, 900],
  ])
})
