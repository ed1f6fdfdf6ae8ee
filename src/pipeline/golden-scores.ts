import { AppError } from '../core/errors.ts'
import type { GoldenMeasure, GoldenQuestion, GoldenScore } from '../core/golden/gate.ts'
import { locate } from '../core/golden/locate.ts'
import { coveredShare, overlaps } from '../core/golden/overlap.ts'
import type { DocumentId, IndexName, IndexRef, IndexVersion, RequestId, TenantId } from '../core/ids.ts'
import { indexRef } from '../core/index-ref.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Ranker } from '../core/ports/ranker.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { RetrieveRequest } from '../core/request.ts'
import type { Span } from '../core/types.ts'

export interface GoldenRun {
  readonly tenant: TenantId
  readonly index: IndexName
  readonly version: IndexVersion
  readonly questions: readonly GoldenQuestion[]
  /** The documents that the passages are looked for in. */
  readonly reader: IndexReader
  readonly measure: GoldenMeasure
}

interface Asking {
  readonly clock: Clock
  readonly retriever: Retriever
  readonly ranker: Ranker
  readonly asked: (done: number) => void
}

export interface Passage {
  readonly doc: DocumentId
  /** Null where the passage does not stand in its document. */
  readonly span: Span | null
}

/** Longest that one question may take. */
const QUESTION_MS = 30_000
const TOKENIZER = 'o200k_base'

/** Asks every question, one after the other, the ranking and then the whole path; gives back what came of each, in order. */
export async function scoreGolden(run: GoldenRun, asking: Asking, limits: Limits): Promise<readonly GoldenScore[]> {
  const scores: GoldenScore[] = []
  for (const question of run.questions) {
    scores.push(await score(question, run, asking, limits))
    asking.asked(scores.length)
  }
  return scores
}

async function score({ question, passages }: GoldenQuestion, run: GoldenRun, asking: Asking, limits: Limits): Promise<GoldenScore> {
  const { tenant, measure, reader } = run
  const located = await locateAll(passages, reader, limits)
  const index = indexRef(run.index, run.version)
  const left = limitsOfOne(asking.clock, limits)
  const { chunks } = await asking.ranker.rank(
    { tenant, index, query: question, filter: null, classify: true, overrides: {}, documents: 0 },
    left.limits,
  )
  const first = chunks.slice(0, measure.k)
  const call = {
    id: 'req_gate' as RequestId,
    caller: { tenant, scopes: ['retrieve'] as const, key: null },
    signal: limits.signal,
    retryKey: null,
  }
  const { items } = await asking.retriever.retrieve(requestOf(question, index, measure, left.ms), call)
  const places = items.flatMap((item) => [{ doc: item.doc, span: item.span }, ...item.also])
  const share = (of: (passage: { readonly doc: DocumentId; readonly span: Span }) => number): number =>
    located.reduce((sum, { doc, span }) => sum + (span === null ? 0 : of({ doc, span })), 0) / located.length
  return {
    evidence: share(({ doc, span }) =>
      coveredShare(
        span,
        places.filter((place) => place.doc === doc).map((place) => place.span),
      ),
    ),
    found: share(({ doc, span }) => Number(first.some((chunk) => chunk.doc === doc && chunk.span !== null && overlaps(chunk.span, span)))),
    stands: located.every(({ span }) => span !== null),
  }
}

/** Where each passage stands in the stored text of its document. */
export async function locateAll(passages: GoldenQuestion['passages'], reader: IndexReader, limits: Limits): Promise<readonly Passage[]> {
  const located: Passage[] = []
  for (const { doc, text } of passages) {
    const document = await reader.document(doc, limits)
    located.push({ doc, span: document === null ? null : locate(document.text, text) })
  }
  return located
}

function limitsOfOne(clock: Clock, { signal, deadline }: Limits): { readonly ms: number; readonly limits: Limits } {
  if (signal.aborted) throw new AppError('cancelled', 'Nobody waits for the gate any more')
  const now = clock.now()
  if (now >= deadline) throw new AppError('deadline_exceeded', 'The gate did not end in time')
  const ms = Math.min(QUESTION_MS, deadline - now)
  return { ms, limits: { signal, deadline: now + ms } }
}

/** As a caller asks that sets nothing but the budget. */
function requestOf(query: string, index: IndexRef, { budgetTokens }: GoldenMeasure, deadlineMs: number): RetrieveRequest {
  return {
    ...{ query, index, deadlineMs },
    budget: { tokens: budgetTokens, auto: false, tokenizer: TOKENIZER, maxItems: null, perDocument: null, perSource: null },
    ...{ filter: null, require: [], intent: null, mode: 'auto', feature: null, session: null, render: 'markdown' },
    ...{ excerpts: null, notice: false, explain: false },
  }
}
