import type { IndexName, RequestId } from '../src/core/ids.ts'
import type { Answer } from '../src/core/answer.ts'
import type { RetrieveRequest } from '../src/core/request.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from './session.ts'

/** Longest deadline a request may name. */
const REQUEST_DEADLINE_MS = 30_000
export const BENCH_TOKENIZER = 'o200k_base'

/** One question as a caller of the service would put it, in mode `auto`. */
export async function ask(
  { engine, limits }: Session,
  index: IndexName,
  query: string,
  tokens: number,
  order: number,
  differently: Partial<Pick<RetrieveRequest, 'mode' | 'explain'>> = {},
): Promise<Answer> {
  const budget = { tokens, auto: false, tokenizer: BENCH_TOKENIZER, maxItems: null, perDocument: null, perSource: null }
  const plain = {
    filter: null,
    require: [],
    intent: null,
    mode: 'auto',
    feature: null,
    session: null,
    render: 'markdown',
    excerpts: null,
    notice: false,
    explain: false,
  } as const
  const id = `req_${String(order).padStart(26, '0')}` as RequestId
  const caller = { tenant: BENCH_TENANT, scopes: ['retrieve'] as const, key: null }
  const { signal } = limits(QUERY_DEADLINE_MS)
  return engine.retriever.retrieve(
    { query, index, budget, deadlineMs: REQUEST_DEADLINE_MS, ...plain, ...differently },
    { id, caller, signal, retryKey: null },
  )
}
