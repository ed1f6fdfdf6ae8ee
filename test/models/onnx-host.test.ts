import assert from 'node:assert/strict'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import type { Worker } from 'node:worker_threads'
import type { ModelSource } from '../../src/models/model-source.ts'
import { OnnxLane, spawnOnnxWorker } from '../../src/models/onnx-host.ts'
import { hasCode } from '../contract/embedder.ts'
import { clock, limits, modelSettings } from './settings.ts'

const model: ModelSource = {
  name: 'ration-static-v0',
  role: 'embedder',
  folder: fileURLToPath(new URL('../../models/ration-static-v0', import.meta.url)),
  hubId: null,
  dtype: 'q8',
  pooling: 'mean',
  maxTokens: 256,
  batched: true,
}
const question = { kind: 'embed', model, texts: ['a question'] } as const
const batch = { kind: 'embed', model, texts: Array.from({ length: 1500 }, (_, i) => `${i} ${'some passage '.repeat(80)}`) } as const

function lane(t: TestContext, queueRequests = 16): { lane: OnnxLane; workers: Worker[] } {
  const workers: Worker[] = []
  const made = new OnnxLane({ ...modelSettings({ queueRequests }), threads: 1, niceness: 0 }, clock, (settings) => {
    const worker = spawnOnnxWorker(settings)
    workers.push(worker)
    return worker
  })
  t.after(() => made.close())
  return { lane: made, workers }
}

test('starts its thread with the first request, and keeps it', async (t) => {
  const { lane: made, workers } = lane(t)
  assert.equal(workers.length, 0)
  await Promise.all([made.run<'embed'>(question, true, limits()), made.run<'embed'>(question, true, limits())])
  await made.run<'embed'>(question, true, limits())
  assert.equal(workers.length, 1)
})

test('an urgent request passes a batch that is running, and one that waits', async (t) => {
  const { lane: made } = lane(t)
  const order: string[] = []
  const note = (name: string) => () => void order.push(name)
  await Promise.all([
    made.run<'embed'>(batch, false, limits()).then(note('batch')),
    made.run<'embed'>(batch, false, limits()).then(note('second batch')),
    made.run<'embed'>(question, true, limits()).then(note('question')),
  ])
  assert.deepEqual(order, ['question', 'batch', 'second batch'])
})

test('refuses a request beyond queue_requests, and takes one again when there is room', async (t) => {
  const { lane: made } = lane(t, 2)
  const running = [made.run<'embed'>(question, false, limits()), made.run<'embed'>(question, false, limits())]
  await assert.rejects(made.run<'embed'>(question, true, limits()), hasCode('too_busy'))
  await Promise.all(running)
  await made.run<'embed'>(question, true, limits())
})

test('a cancelled batch leaves the thread to the others', async (t) => {
  const { lane: made, workers } = lane(t)
  await made.run<'load'>({ kind: 'load', model }, false, limits())
  const abort = new AbortController()
  const running = made.run<'embed'>(batch, false, limits(60_000, abort.signal))
  await made.run<'embed'>(question, true, limits())
  abort.abort()
  await assert.rejects(running, hasCode('cancelled'))
  // Had the batch gone on, its answer would come before that of a request that waits behind it.
  let answers = 0
  workers[0]?.on('message', () => answers++)
  await made.run<'embed'>(question, false, limits())
  assert.equal(answers, 1)
})

test('a thread that dies rejects its requests, and the next request has a new one', async (t) => {
  const { lane: made, workers } = lane(t)
  await made.run<'embed'>(question, true, limits())
  const running = made.run<'embed'>(batch, false, limits())
  await workers[0]?.terminate()
  await assert.rejects(running, hasCode('model_unavailable'))
  assert.equal((await made.run<'embed'>(question, true, limits())).vectors.length, 384)
  assert.equal(workers.length, 2)
})

test('a model that is not there or not a model rejects model_unavailable, and the thread lives on', async (t) => {
  const { lane: made, workers } = lane(t)
  const nowhere = { ...model, folder: '/nowhere/at/all' }
  await assert.rejects(made.run<'load'>({ kind: 'load', model: nowhere }, false, limits()), hasCode('model_unavailable'))
  const reranker = { ...model, role: 'reranker' } as const
  await assert.rejects(made.run<'load'>({ kind: 'load', model: reranker }, false, limits()), hasCode('model_unavailable'))
  await made.run<'embed'>(question, true, limits())
  assert.equal(workers.length, 1)
})

test('close rejects what waits, ends the thread, and refuses what comes later', async (t) => {
  const { lane: made, workers } = lane(t)
  const running = made.run<'embed'>(batch, false, limits())
  const refused = assert.rejects(running, hasCode('shutting_down'))
  assert.ok(workers[0] !== undefined)
  const gone = once(workers[0], 'exit')
  await made.close()
  await refused
  await gone
  await assert.rejects(made.run<'embed'>(question, true, limits()), hasCode('shutting_down'))
  await made.close()
})

test('close without a thread is nothing', async (t) => {
  const { lane: made, workers } = lane(t)
  await made.close()
  assert.equal(workers.length, 0)
})
