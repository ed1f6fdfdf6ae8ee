import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { IngestReport } from '../core/ports/ingester.ts'
import type { QueueHealth } from '../core/ports/job-queue.ts'
import type { Answer } from '../core/answer.ts'
import { boundedLabel } from './bounded-label.ts'
import { registerQueue } from './queue-metrics.ts'

/** Seconds; from a static encoder's query to the longest deadline. */
const STAGE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]
const TOKEN_BUCKETS = [0, 100, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 1_000_000]

/** Time series cost memory here and money where they are stored, so names that are not ours to choose are bounded. */
const MAX_STAGES = 32
const MAX_ROUTES = 64
const MAX_GATES = 256

export interface Metrics {
  /** Once per answered question; `ms` is the whole time. */
  observeAnswer(answer: Answer, ms: number): void
  /** `route` is the pattern (`/v1/documents/:id`), never the path. */
  observeRequest(request: { readonly method: string; readonly route: string; readonly status: number; readonly ms: number }): void
  observeIngest(report: IngestReport): void
  /** Once per run of the gate of an index. */
  observeGate(gate: { readonly tenant: string; readonly index: string; readonly passed: boolean }): void
  /** The Prometheus text format, with the content type it has to be sent as. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>
}

/** What is read at every scrape. */
export interface Observed {
  readonly usageRowsLost: () => number
  readonly queue: () => Promise<QueueHealth>
}

/** A registry of its own: two services in one process do not share counters. */
export function createMetrics(observed: Observed): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const stageName = boundedLabel(MAX_STAGES)
  const routeName = boundedLabel(MAX_ROUTES)
  const gateName = boundedLabel(MAX_GATES)

  const stages = new Histogram({
    name: 'ration_stage_seconds',
    help: 'Time of each stage of a retrieval, by how it ended',
    labelNames: ['stage', 'status'],
    buckets: STAGE_BUCKETS,
    registers,
  })
  const retrieval = new Histogram({
    name: 'ration_retrieve_seconds',
    help: 'Whole time of a retrieval',
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const requests = new Histogram({
    name: 'ration_request_seconds',
    help: 'Time of HTTP requests by method, route pattern and status',
    labelNames: ['route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const contextTokens = new Histogram({ name: 'ration_context_tokens', help: 'Tokens of the contexts', buckets: TOKEN_BUCKETS, registers })
  const budgetTokens = new Histogram({ name: 'ration_budget_tokens', help: 'Budgets asked for', buckets: TOKEN_BUCKETS, registers })
  const outcomes = new Counter({
    name: 'ration_outcomes_total',
    help: 'Answers by outcome and whether a planned stage failed',
    labelNames: ['outcome', 'degraded'],
    registers,
  })
  const rerankPairs = new Counter({ name: 'ration_rerank_pairs_total', help: 'Pairs scored by the cross-encoder', registers })
  const embedTokens = new Counter({ name: 'ration_embed_tokens_total', help: 'Tokens encoded', labelNames: ['kind'], registers })
  const documents = new Counter({
    name: 'ration_ingested_documents_total',
    help: 'Documents by what became of them',
    labelNames: ['status'],
    registers,
  })
  const gates = new Gauge({
    name: 'ration_index_gate_passed',
    help: 'Whether the live version of an index passed its gate the last time it was asked: 1 or 0',
    labelNames: ['index'],
    registers,
  })
  registry.registerMetric(
    new Counter({
      name: 'ration_usage_rows_lost_total',
      help: 'Usage rows that did not fit the buffer',
      registers: [],
      collect() {
        this.reset()
        this.inc(observed.usageRowsLost())
      },
    }),
  )

  const queue = registerQueue(registry)

  return {
    observeAnswer(answer, ms) {
      for (const stage of answer.stages) stages.observe({ stage: stageName(stage.name), status: stage.status }, stage.ms / 1000)
      retrieval.observe(ms / 1000)
      contextTokens.observe(answer.usage.contextTokens)
      budgetTokens.observe(answer.usage.budgetTokens)
      outcomes.inc({ outcome: answer.outcome, degraded: String(answer.degraded) })
      rerankPairs.inc(answer.usage.rerankPairs)
      embedTokens.inc({ kind: 'query' }, answer.usage.embedTokens)
    },
    observeRequest({ method, route, status, ms }) {
      requests.observe({ route: routeName(`${method} ${route}`), status: String(status) }, ms / 1000)
    },
    observeIngest(report) {
      for (const [status, count] of Object.entries(report.documents)) documents.inc({ status }, count)
      embedTokens.inc({ kind: 'passage' }, report.embedTokens)
    },
    observeGate({ tenant, index, passed }) {
      gates.set({ index: gateName(`${tenant}/${index}`) }, passed ? 1 : 0)
    },
    async render() {
      // A queue that does not answer must not hide everything else; its figures stay as they were.
      await observed.queue().then(
        (health) => queue.refresh(health),
        () => undefined,
      )
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}
