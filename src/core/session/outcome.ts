import type { Outcome } from '../answer.ts'

/**
 * The outcome of an answer in a session. An empty context is `no_new_context` where relevant passages were left out because they were
 * sent before, and, for a request that asks for news only, also where nothing was relevant. `alreadySent` counts the
 * candidates that were dropped with that reason.
 */
export function outcomeInSession(
  outcome: Outcome,
  { alreadySent, refresh }: { readonly alreadySent: number; readonly refresh: boolean },
): Outcome {
  return outcome === 'no_relevant_context' && (alreadySent > 0 || refresh) ? 'no_new_context' : outcome
}
