import type { Answer } from '../answer.ts'
import type { RetrieveRequest } from '../request.ts'
import type { Caller } from '../types.ts'
import type { RequestId } from '../ids.ts'

/**
 * Answers one request under its budget. What always holds is in docs/budgets.md.
 * Rejects with AppError for bad input, an unknown index, a passed deadline or a client that has gone; a stage that fails
 * where a fallback exists does not reject but is named in `answer.stages` and makes `answer.degraded` true.
 */
export interface Retriever {
  retrieve(
    request: RetrieveRequest,
    call: {
      readonly id: RequestId
      readonly caller: Caller
      readonly signal: AbortSignal
      /** Names a request of a session that may be sent again: what its first try sent does not count as sent before. Null without one. */
      readonly retryKey: string | null
    },
  ): Promise<Answer>
}
