import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { createRequireStage, type RequireInput } from '../../src/pipeline/require.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { candidateFor, documentOf, readerOf, settingsWith } from './small-index.ts'

const [guide, copy, policy, far] = [
  documentOf('guide', [['Rotate a key.'], ['Make a second one.']]),
  documentOf('copy', [['Rotate a key.']]),
  documentOf('policy', [['Keys live for a year.'], ['Rotate a key every year.'], ['Nothing of interest.']]),
  documentOf('far', [['Bananas are yellow.']]),
]
const all = [...guide, ...copy, ...policy, ...far]
const named = (effect: { required?: readonly string[]; pinned?: readonly string[]; forbidden?: readonly string[] }) => {
  const of = (ids: readonly string[] = []) => new Set(ids as readonly DocumentId[])
  return { required: of(effect.required), pinned: of(effect.pinned), forbidden: of(effect.forbidden) }
}
const loaded = (position: number, score: number, ...twins: number[]): Candidate => {
  const chunk = all[position]
  assert.ok(chunk)
  const candidate = candidateFor(
    chunk,
    score,
    twins.flatMap((twin) => all[twin] ?? []),
  )
  return { ...candidate, twins: candidate.twins.map((twin, at) => ({ ...twin, row: BigInt(twins[at] ?? 0) })) }
}

async function run(candidates: readonly Candidate[], rules: RequireInput['rules'], change: Partial<RequireInput> = {}, retrieve = {}) {
  const context = contextWith(new ManualClock())
  const input = {
    candidates,
    rules,
    derived: { lexical: 'rotate a key' },
    vector: null,
    vectorWeight: 0.5,
    reader: readerOf(all),
    filter: null,
  }
  const found = await createRequireStage(settingsWith({ retrieve })).run({ ...input, ...change }, context)
  const [record] = context.trace.records
  for (const { chunk, doc, textHash, text } of found) assert.deepEqual([text.id, text.doc, text.textHash], [chunk, doc, textHash])
  const places = found.flatMap(({ chunk, twins }) => [chunk, ...twins.map((twin) => twin.chunk)])
  assert.equal(new Set(places).size, places.length)
  return {
    found,
    shape: found.map(({ chunk, twins }) => [chunk, ...twins.map((twin) => twin.chunk)].join(' = ')),
    status: `${record?.status} ${record?.reason} ${record?.in}>${record?.out}`,
  }
}

test('a required document that was found is searched no more', async () => {
  const candidates = [loaded(0, 0.9), loaded(3, 0.4)]
  const { found, status } = await run(candidates, named({ required: ['policy'] }))
  assert.deepEqual([found, status], [candidates, 'not_planned null 0>0'])
})

test('a required document that was not found stands below everything, its best passage first', async () => {
  const { found, shape, status } = await run([loaded(0, 0.9), loaded(1, 0.4)], named({ required: ['policy'] }))
  assert.deepEqual(shape, ['guide#0', 'guide#1', 'policy#1', 'policy#0'])
  assert.ok(found.slice(2).every(({ score }) => score <= 0.4))
  assert.equal(status, 'ok null 1>1')
})

test('a document is found whatever the question, by its own words', async () => {
  for (const lexical of ['', 'hello there'])
    assert.deepEqual(await run([], named({ required: ['far'] }), { derived: { lexical } }).then(({ shape, status }) => [shape, status]), [
      ['far#0'],
      'ok null 1>1',
    ])
})

test('one that does not exist, or that the filter leaves out, is said', async () => {
  const { shape, status } = await run([loaded(0, 0.9)], named({ required: ['nowhere', 'far'] }))
  assert.deepEqual([shape, status], [['guide#0', 'far#0'], 'degraded not_found 2>1'])
  const filter = { op: 'eq', field: 'a', value: 1 } as const
  const seen: unknown[] = []
  const reader = readerOf(all, { lexical: (...[, , given]) => (seen.push(given), Promise.resolve([])) })
  const filtered = await run([loaded(0, 0.9)], named({ required: ['far'] }), { filter, reader })
  assert.deepEqual([filtered.shape, filtered.status, seen], [['guide#0'], 'degraded not_found 1>0', [filter, filter]])
})

test('a text that stands in several documents is shown as that of the wanted one', async () => {
  const twice = [loaded(0, 0.9, 2), loaded(3, 0.4)]
  for (const [effect, first] of [
    [{ required: ['copy'] }, 'copy#0 = guide#0'],
    [{ pinned: ['copy'] }, 'copy#0 = guide#0'],
    [{ forbidden: ['guide'] }, 'copy#0 = guide#0'],
    [{ forbidden: ['copy'] }, 'guide#0 = copy#0'],
    [{ forbidden: ['guide', 'copy'] }, 'guide#0 = copy#0'],
    [{ pinned: ['guide'], required: ['copy'] }, 'copy#0 = guide#0'],
    [{ pinned: ['copy'], required: ['guide'] }, 'guide#0 = copy#0'],
  ] as const) {
    const { shape, found } = await run(twice, named(effect))
    assert.deepEqual([shape, found[0]?.score], [[first, 'policy#0'], 0.9], JSON.stringify(effect))
  }
})

test('also where only the search for the document finds it there', async () => {
  const { shape, status } = await run([loaded(0, 0.9)], named({ required: ['copy'] }))
  assert.deepEqual([shape, status], [['copy#0 = guide#0'], 'ok null 1>1'])
})

test('two required documents of one text are both there', async () => {
  const { shape, status } = await run([], named({ required: ['copy', 'guide'] }))
  assert.deepEqual([shape[0], status], ['copy#0 = guide#0', 'ok null 2>2'])
})

test('what is said of a text stays with it, what is said of a place with that', async () => {
  const first = loaded(0, 0.9, 2)
  const evidence = (['lexical', 'fused', 'rerank'] as const).map((leg) => ({ leg, rank: 1, score: 1 }))
  const own = { leg: 'lexical', rank: 4, score: 0.5 } as const
  const twins = first.twins.map((twin) => ({ ...twin, evidence: [own] }))
  const { found } = await run([{ ...first, evidence, twins }], named({ required: ['copy'] }))
  assert.deepEqual(
    found.map(({ evidence: of }) => of),
    [[own, ...evidence.slice(1)]],
  )
  assert.deepEqual(
    found.flatMap(({ twins: others }) => others.map(({ evidence: of }) => of)),
    [evidence],
  )
})

test('what fails leaves the candidates and is said; a bug is thrown', async () => {
  const candidates = [loaded(0, 0.9, 2)]
  const reader = (error: Error) => readerOf(all, { lexical: () => Promise.reject(error), load: () => Promise.reject(error) })
  for (const rules of [named({ required: ['far'] }), named({ forbidden: ['guide'] })]) {
    const { found, status } = await run(candidates, rules, { reader: reader(new AppError('deadline_exceeded', 'late')) })
    assert.deepEqual([found, status], [candidates, 'timeout deadline_exceeded 1>0'])
    await assert.rejects(run(candidates, rules, { reader: reader(new Error('a bug')) }), { message: 'a bug' })
  }
})

test('the reserve of the deadline is kept, and no more rows are read at once than candidates are', async () => {
  const index = readerOf(all)
  const asked: { rows: number; limits: Limits }[] = []
  const depths: number[] = []
  const reader = readerOf(all, {
    load: (rows, limits) => (asked.push({ rows: rows.length, limits }), index.load(rows, limits)),
    lexical: (query, k, filter, within, limits) => (depths.push(k), index.lexical(query, k, filter, within, limits)),
  })
  const { shape } = await run([], named({ required: ['guide', 'policy', 'far'] }), { reader }, { candidates: 2 })
  assert.deepEqual(shape, ['guide#0', 'policy#1', 'far#0'])
  assert.deepEqual(depths, [3, 1])
  assert.deepEqual(
    asked.map(({ rows, limits }) => [rows, limits.deadline]),
    [
      [2, 900],
      [1, 900],
    ],
  )
})
