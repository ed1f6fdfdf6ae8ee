import { test } from 'node:test'
import assert from 'node:assert/strict'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { arrivalTimes } from '../../bench/latency/arrivals.ts'
import { saturationRate } from '../../bench/latency/closed-loop.ts'
import { substituteWords, vocabularyOf } from '../../bench/latency/edits.ts'
import { grow } from '../../bench/latency/grow.ts'
import { openLoop } from '../../bench/latency/open-loop.ts'
import type { LatencyResult } from '../../bench/latency/result.ts'
import { readSource } from '../../bench/latency/source.ts'
import { summariseLoad, summariseStages } from '../../bench/latency/summarise.ts'
import { createPrng } from '../../bench/prng.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import { folderOf, jsonLines } from './folders.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

const clock = { now: () => performance.now(), wall: () => Date.now() }
const never = new AbortController().signal

test('fixed arrivals are even, Poisson arrivals have the rate and are the same for a seed', () => {
  assert.deepEqual(arrivalTimes('fixed', 4, 1, Math.random), [250, 500, 750])
  const times = arrivalTimes('poisson', 100, 100, createPrng(1))
  // 10,000 expected, standard deviation 100
  assert.ok(Math.abs(times.length - 10_000) < 400, `${times.length} arrivals`)
  assert.deepEqual(times, arrivalTimes('poisson', 100, 100, createPrng(1)))
  assert.ok(times.every((time, index) => time > (times[index - 1] ?? 0) && time < 100_000))
})

test('latency counts from the intended start: a stall is charged to everyone who had to wait', async () => {
  let busy: Promise<unknown> = Promise.resolve()
  const oneAtATime = (order: number) => (busy = busy.then(() => (order === 0 ? sleep(100) : undefined)))
  const { latencies, refused } = await openLoop(oneAtATime, [0, 10, 20], { clock, signal: never })
  assert.equal(refused, 0)
  // Timers may fire a millisecond early; a machine that is slow only makes these larger.
  assert.ok((latencies[0] ?? 0) >= 98 && (latencies[1] ?? 0) >= 88 && (latencies[2] ?? 0) >= 78, String(latencies))
})

test('latency ends with the answer and not with the round, wherever in the round; a timer that fires early costs nothing', async () => {
  const times = [0, 20, 40, 60]
  let now = 0
  const answered = (order: number) => Promise.resolve(void (now = (times[order] ?? 0) + 7))
  const early = async (milliseconds: number) => {
    await nextTurn()
    now += milliseconds - 0.5
  }
  const { latencies } = await openLoop(answered, times, { clock: { now: () => now, wall: () => 0 }, signal: never, wait: early })
  assert.deepEqual(latencies, [7, 7.5, 7.5, 7.5])
})

test('arrivals beyond the limit in flight are refused and counted', async () => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const round = openLoop(() => gate, [0, 0, 0, 0, 0], { clock, signal: never, mostInFlight: 2 })
  setTimeout(() => release(), 20)
  const { latencies, refused } = await round
  assert.deepEqual([latencies.length, refused], [2, 3])
})

test('a failing request fails the round; Ctrl-C ends it', async () => {
  await assert.rejects(
    openLoop(() => Promise.reject(new Error('broken')), [0, 5], { clock, signal: never }),
    /broken/,
  )
  await assert.rejects(
    openLoop(() => Promise.resolve(), [10_000], { clock, signal: AbortSignal.timeout(10) }),
    { name: 'AbortError' },
  )
})

test('saturation: callers never wait, and never more of them than allowed', async () => {
  let [inFlight, most] = [0, 0]
  const rate = await saturationRate(
    async () => {
      most = Math.max(most, (inFlight += 1))
      await sleep(5)
      inFlight -= 1
    },
    4,
    0.2,
    clock,
  )
  assert.equal(most, 4)
  assert.ok(rate > 0 && rate <= 4 / 0.004, `${rate}/s`)
})

test('edits replace about the share asked, keep what is no plain word, and are the same for a seed', () => {
  const text = 'plain words stand here, API_KEY and `x1` too; '.repeat(100)
  const edit = () => substituteWords(text, 0.15, ['other'], createPrng(5))
  assert.equal(edit(), edit())
  const replaced = edit().match(/other/g)?.length ?? 0
  // four words of four letters and more in each of 100 repetitions: 60 expected, standard deviation 7
  assert.ok(replaced > 30 && replaced < 90, String(replaced))
  assert.equal(edit().match(/API_KEY/g)?.length, 100)
  assert.deepEqual(vocabularyOf(['some words here', 'more words'], 3), ['here', 'some', 'words'])
})

test('a source grows until the target, each pass with its own ids and text', async () => {
  const source = ['a', 'b'].map((id) => {
    const content = `${id} ${'some words that stand here in a row '.repeat(10)}`
    return { id: id as DocumentId, content, title: null, uri: null, mediaType: 'text/plain', metadata: {} }
  })
  let looked = 0
  const grown = await Array.fromAsync(grow(source, 3, () => Promise.resolve(looked++)))
  assert.deepEqual(
    grown.map(({ id }) => id),
    ['0/a', '0/b', '1/a', '1/b', '2/a', '2/b'],
  )
  assert.equal(grown[0]?.content, source[0]?.content)
  assert.equal(new Set(grown.map(({ content }) => content)).size, 6)
})

test('percentiles of rounds, pooled and as medians', () => {
  const rounds = [
    { latencies: [1, 2, 3], refused: 1 },
    { latencies: [10, 20, 30], refused: 0 },
    { latencies: [], refused: 5 },
  ]
  const load = summariseLoad(rounds)
  // pooled 1 2 3 10 20 30: p50 at position 2.5; medians of rounds 2 and 20: 11
  assert.deepEqual([load.ms.p50, load.median_of_rounds.p50, load.requests, load.refused], [6.5, 11, 6, 6])
  assert.deepEqual(summariseStages([{ a: 1 }, { a: 3, b: 5 }]), { a: { p50: 2, p95: 2.9, p99: 2.98 }, b: { p50: 5, p95: 5, p99: 5 } })
})

const FILES = {
  'set/corpus.jsonl': jsonLines([{ _id: 'd1', text: 'red apple' }]),
  'set/queries.jsonl': jsonLines([{ _id: 'q1', text: 'red apple' }]),
  'set/qrels/test.tsv': 'q1\td1\t1\n',
  'tree/a.md': '## How to bake bread\n\nwith flour and water in the oven',
}

test('a source mixes folders of both kinds, bounded', async (t) => {
  const folder = await folderOf(t, FILES)
  const both = [join(folder, 'set'), join(folder, 'tree')]
  const source = await readSource(both)
  assert.deepEqual(source.documents.map(({ id }) => id).sort(), ['set/d1', 'tree/a.md'])
  assert.deepEqual([...source.queries].sort(), ['How to bake bread', 'red apple'])
  assert.equal((await readSource(both, { documents: 1, queries: 1 })).documents.length, 1)
  assert.equal((await readSource(both, { documents: 1, queries: 1 })).queries.length, 1)
})

test('full path and raw calls in turns at half of the saturation rate', async (t) => {
  const folder = await folderOf(t, FILES)
  const line = [
    'latency',
    '--source',
    join(folder, 'tree'),
    join(folder, 'set'),
    '--chunks',
    '40',
    '--profile',
    'tiny',
    '--seconds',
    '1',
    '--rate',
    '100',
    '--k',
    '7',
  ]
  const { json, store } = await runBench([...line, '--cache', join(folder, 'c'), '--arrivals', 'fixed'], createTinyStore(), true)
  const { results } = json as LatencyResult
  const figures = results[0]
  assert.ok(figures)
  assert.ok(figures.chunks >= 40 && figures.chunks < 60, `${figures.chunks} chunks`)
  // 5 rounds of 0.2 s at 100/s: arrivals at 10, 20, …, 190 ms, and 200 is the next round's
  assert.deepEqual([figures.full.requests, figures.raw.requests, figures.rate], [95, 95, 100])
  assert.equal(store.rawSearches, 50 + 95)
  assert.deepEqual(figures.stages['search'], { p50: 2, p95: 2, p99: 2 })
  assert.ok(figures.saturation_rate > 0 && figures.ratio.p50 > 0)
  const asked = store.ranked.map(({ overrides }) => overrides)
  assert.ok(asked.every(({ lexicalDepth, vectorDepth, rerank }) => lexicalDepth === 7 && vectorDepth === 7 && rerank === 'never'))
})
