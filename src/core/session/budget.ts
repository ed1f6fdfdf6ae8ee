import type { SessionState } from '../answer.ts'

interface Spending {
  readonly tokensLimit: number | null
  readonly tokensUsed: number
}

/** Tokens that a session may still take; null is no limit. */
export const tokensLeft = ({ tokensLimit, tokensUsed }: Spending): number | null =>
  tokensLimit === null ? null : Math.max(0, tokensLimit - tokensUsed)

/** What an answer says about its session, from what was recorded. */
export function stateOf(name: string, recorded: Spending & { readonly turns: number; readonly expiresAt: number }): SessionState {
  const { turns, tokensUsed, expiresAt } = recorded
  return { name, turns, tokensUsed, tokensLeft: tokensLeft(recorded), expiresAt }
}
