import { MoveQueue } from './move-queue.ts'
import type { Move } from './move.ts'
import type { PackState } from './state.ts'

export interface FillLimits {
  /** Which passages may be packed or upgraded, by number; null for all. */
  readonly only: readonly number[] | null
  /** Tokens that everything together may take. */
  readonly upTo: number
  /** Smallest gain per token of a move. */
  readonly efficiency: number
}

/**
 * Lazy greedy (Minoux 1978; CELF of Leskovec et al. 2007): takes the most efficient move that the rules allow, until none is left. A queued move is an upper
 * bound of what its passage still offers: gains never grow, and what did not fit once never fits later. So only moves that come to the top are
 * computed anew. The one thing that becomes cheaper is a passage whose document was opened by another; those are queued again.
 */
export function fill(state: PackState, limits: FillLimits): void {
  const { documents, passages } = state.problem
  const indexes = limits.only ?? passages.map((_, index) => index)
  const queue = new MoveQueue()
  const queued = new Map<number, Move>()
  const ofDocument = Map.groupBy(indexes, (index) => documents[index] ?? 0)

  indexes.forEach(enqueue)
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (queued.get(next.index) !== next) continue
    if (next.steps < state.steps.length) {
      enqueue(next.index)
      continue
    }
    const document = documents[next.index] ?? 0
    const opens = !state.isOpen(document)
    state.take(next)
    if (opens) ofDocument.get(document)?.forEach(enqueue)
    else enqueue(next.index)
  }

  function enqueue(index: number): void {
    const best = bestMove(state, index, limits.upTo)
    queued.delete(index)
    if (best === null || best.efficiency < limits.efficiency) return
    const move = { ...best, steps: state.steps.length }
    queued.set(index, move)
    queue.push(move)
  }
}

/** The most efficient move of a passage that the rules allow; the smaller of equals. */
export function bestMove(state: PackState, index: number, upTo: number): Move | null {
  if (state.closedBy(index) >= 0) return null
  let best: Move | null = null
  for (const move of state.moves(index)) {
    if (state.forbids(index, move.tokens, upTo) !== null) break
    if (best === null || move.efficiency > best.efficiency) best = move
  }
  return best
}
