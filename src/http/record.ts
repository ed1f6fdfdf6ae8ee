import type { FastifyRequest } from 'fastify'
import { ingestUsage, NOTHING_RETRIEVED } from '../core/ingest-usage.ts'
import type { IndexStatus } from '../core/ports/index-registry.ts'
import type { IngestReport } from '../core/ports/ingester.ts'
import type { UsageRow } from '../core/ports/usage-ledger.ts'
import type { Answer } from '../core/answer.ts'
import type { RetrieveRequest } from '../core/request.ts'
import type { HttpPorts } from './ports.ts'
import { asAppError } from './problem.ts'
import { callerOf } from './request.ts'

/** Books an answered retrieval: ledger, metrics, log line. Nothing here waits. */
export function recordAnswer(ports: HttpPorts, http: FastifyRequest, request: RetrieveRequest, answer: Answer): void {
  const { usage, receipt } = answer
  const row: UsageRow = {
    ...whoAndWhen(ports, http),
    kind: 'retrieve',
    feature: request.feature ?? '',
    index: receipt.index,
    intent: answer.intent.label,
    profile: receipt.profile,
    embedder: receipt.embedder,
    reranker: receipt.reranker,
    cohort: receipt.cohort,
    version: receipt.version,
    revision: receipt.revision,
    config: receipt.config,
    packer: receipt.packer,
    template: receipt.template,
    outcome: answer.outcome,
    degraded: answer.degraded,
    budgetTokens: usage.budgetTokens,
    contextTokens: usage.contextTokens,
    savedTokens: usage.savedTokens,
    embedTokens: usage.embedTokens,
    rerankPairs: usage.rerankPairs,
    storageBytes: 0,
    costUsd: usage.costUsd,
  }
  ports.usage.record(row)
  ports.metrics.observeAnswer(answer, row.ms)
  http.facts = {
    ...http.facts,
    ...asked(request),
    outcome: answer.outcome,
    intent: answer.intent.label,
    context_tokens: usage.contextTokens,
    degraded: answer.degraded,
    stages: answer.stages.map(({ name, status, ms }) => (status === 'ok' ? `${name} ${ms}` : `${name} ${ms} ${status}`)).join(', '),
  }
}

/** Books a retrieval that ended in an error, so that outcomes add up to requests. */
export function recordFailure(ports: HttpPorts, http: FastifyRequest, request: RetrieveRequest, error: unknown): void {
  const { code } = asAppError(error)
  const { index, budget } = request
  const row = {
    ...NOTHING_RETRIEVED,
    ...whoAndWhen(ports, http),
    kind: 'retrieve',
    index,
    feature: request.feature ?? '',
    outcome: code,
  } as const
  ports.usage.record({ ...row, budgetTokens: budget.tokens })
  http.facts = { ...http.facts, ...asked(request), outcome: code }
}

/** Books an ingest: what its embedding took, and what it added. */
export function recordIngest(ports: HttpPorts, http: FastifyRequest, index: IndexStatus, report: IngestReport, feature = ''): void {
  const row = ingestUsage({ ...whoAndWhen(ports, http), feature }, index, report, ports.prices)
  ports.usage.record(row)
  ports.metrics.observeIngest(report)
  http.facts = { ...http.facts, index: row.index, outcome: row.outcome, documents: report.documents, chunks: report.chunks }
}

function whoAndWhen(ports: HttpPorts, http: FastifyRequest) {
  const { tenant, key } = callerOf(http)
  return { request: http.id, tenant, key, at: ports.clock.wall(), ms: ports.clock.now() - http.startedAt }
}

function asked(request: RetrieveRequest) {
  return { index: request.index, feature: request.feature, mode: request.mode, budget_tokens: request.budget.tokens }
}
