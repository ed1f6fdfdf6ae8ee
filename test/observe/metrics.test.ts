import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestId, IndexName, IndexVersion } from '../../src/core/ids.ts'
import type { QueueHealth } from '../../src/core/ports/job-queue.ts'
import type { Answer, StageRecord } from '../../src/core/answer.ts'
import { boundedLabel } from '../../src/observe/bounded-label.ts'
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts'

const idle = (): Promise<QueueHealth> =>
  Promise.resolve({ waiting: 0, running: 0, oldestMs: 0, deadLetters: 0, failures: {}, workerDeaths: 0 })

const stage = (name: string, status: StageRecord['status'], ms: number): StageRecord => ({ name, status, ms, in: 1, out: 1, reason: null })

const answer: Answer = {
  id: 'req_1' as RequestId,
  outcome: 'ok',
  context: 'text',
  items: [],
  dropped: [],
  intent: { label: 'lookup', confidence: 0.9 },
  confidence: 0.8,
  minTokens: null,
  next: [],
  hints: [],
  usage: {
    tokenizer: 'o200k_base',
    budgetTokens: 800,
    contextTokens: 640,
    evidenceTokens: 600,
    headingTokens: 20,
    citationTokens: 12,
    templateTokens: 8,
    candidateTokens: 3000,
    savedTokens: 2360,
    redundantShare: 0.1,
    embedTokens: 9,
    rerankPairs: 16,
    costUsd: 0,
  },
  session: null,
  rules: [],
  stages: [stage('search', 'ok', 4), stage('rerank', 'timeout', 120)],
  degraded: true,
  receipt: {
    index: 'docs' as IndexName,
    version: 'v1' as IndexVersion,
    revision: 1,
    content: 'c',
    embedder: 'e',
    reranker: null,
    intentModel: 'i',
    packer: 'p',
    calibration: 'a',
    template: 't',
    config: 'h',
    profile: 'standard',
    cohort: 'default',
  },
  explain: null,
}

async function value(metrics: Metrics, series: string): Promise<number | null> {
  const { body } = await metrics.render()
  const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

test('an answer is counted by outcome, stage, tokens and pairs', async () => {
  const metrics = createMetrics({ usageRowsLost: () => 0, queue: idle })
  metrics.observeAnswer(answer, 130)
  metrics.observeAnswer(answer, 130)
  assert.equal(await value(metrics, 'ration_outcomes_total{outcome="ok",degraded="true"}'), 2)
  assert.equal(await value(metrics, 'ration_stage_seconds_count{stage="rerank",status="timeout"}'), 2)
  assert.equal(await value(metrics, 'ration_stage_seconds_sum{stage="search",status="ok"}'), 0.008)
  assert.equal(await value(metrics, 'ration_retrieve_seconds_sum'), 0.26)
  assert.equal(await value(metrics, 'ration_context_tokens_sum'), 1280)
  assert.equal(await value(metrics, 'ration_budget_tokens_bucket{le="1000"}'), 2)
  assert.equal(await value(metrics, 'ration_rerank_pairs_total'), 32)
  assert.equal(await value(metrics, 'ration_embed_tokens_total{kind="query"}'), 18)
})

test('an ingest is counted by what became of its documents', async () => {
  const metrics = createMetrics({ usageRowsLost: () => 0, queue: idle })
  metrics.observeIngest({
    documents: { new: 3, changed: 0, unchanged: 5, failed: 1 },
    chunks: 12,
    redundant: { exact: 0, near: 0, boilerplate: 0 },
    duplicateChunks: 1,
    cachedChunks: 0,
    embeddedChunks: 11,
    embedTokens: 900,
    cutChunks: 0,
    storedBytes: 0,
    revision: 2,
    ms: 10,
  })
  assert.equal(await value(metrics, 'ration_ingested_documents_total{status="new"}'), 3)
  assert.equal(await value(metrics, 'ration_ingested_documents_total{status="failed"}'), 1)
  assert.equal(await value(metrics, 'ration_embed_tokens_total{kind="passage"}'), 900)
})

test('lost usage rows are read at the scrape, whatever was read before', async () => {
  let lost = 0
  const metrics = createMetrics({ usageRowsLost: () => lost, queue: idle })
  assert.equal(await value(metrics, 'ration_usage_rows_lost_total'), 0)
  lost = 7
  assert.equal(await value(metrics, 'ration_usage_rows_lost_total'), 7)
  assert.equal(await value(metrics, 'ration_usage_rows_lost_total'), 7)
})

test('two services in one process do not share counters, and both report the process', async () => {
  const [one, other] = [createMetrics({ usageRowsLost: () => 0, queue: idle }), createMetrics({ usageRowsLost: () => 0, queue: idle })]
  one.observeRequest({ method: 'GET', route: '/livez', status: 200, ms: 1 })
  assert.equal(await value(one, 'ration_request_seconds_count{route="GET /livez",status="200"}'), 1)
  assert.equal(await value(other, 'ration_request_seconds_count{route="GET /livez",status="200"}'), null)
  const rendered = await other.render()
  assert.match(rendered.body, /^process_resident_memory_bytes \d+/m)
  assert.match(rendered.contentType, /^text\/plain/)
})

test('names that come from elsewhere cannot make series without bound', async () => {
  const metrics = createMetrics({ usageRowsLost: () => 0, queue: idle })
  for (let route = 0; route < 500; route += 1) metrics.observeRequest({ method: 'GET', route: `/${route}`, status: 200, ms: 1 })
  const { body } = await metrics.render()
  assert.equal(body.match(/^ration_request_seconds_count/gm)?.length, 65)
  assert.equal(await value(metrics, 'ration_request_seconds_count{route="other",status="200"}'), 436)
})

test('a bounded label keeps what it has seen', () => {
  const label = boundedLabel(2)
  assert.deepEqual(['a', 'b', 'c', 'a', 'd'].map(label), ['a', 'b', 'other', 'a', 'other'])
})

test('the queue is asked at every scrape, and hides nothing where it does not answer', async () => {
  let health: QueueHealth | null = { waiting: 3, running: 1, oldestMs: 1500, deadLetters: 2, failures: { url_refused: 4 }, workerDeaths: 5 }
  const metrics = createMetrics({
    usageRowsLost: () => 7,
    queue: () => (health === null ? Promise.reject(new Error('gone')) : Promise.resolve(health)),
  })
  const values = () =>
    Promise.all(
      [
        'ration_jobs_waiting',
        'ration_jobs_running',
        'ration_jobs_oldest_seconds',
        'ration_dead_letters',
        'ration_job_failures_total{code="url_refused"}',
        'ration_worker_deaths_total',
        'ration_usage_rows_lost_total',
      ].map((name) => value(metrics, name)),
    )
  assert.deepEqual(await values(), [3, 1, 1.5, 2, 4, 5, 7])
  health = { ...health, waiting: 0, oldestMs: 0, failures: { url_refused: 6 } }
  assert.deepEqual(await values(), [0, 1, 0, 2, 6, 5, 7])
  health = null
  assert.deepEqual(await values(), [0, 1, 0, 2, 6, 5, 7])
})
