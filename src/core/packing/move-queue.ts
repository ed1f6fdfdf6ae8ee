import type { Move } from './move.ts'

/** A move whose gain was right after `steps` steps; later it is an upper bound, since gains never grow. */
export interface QueuedMove extends Move {
  readonly steps: number
}

/** Binary heap: most efficient first; ties by passage number, then by the smaller variant. */
export class MoveQueue {
  readonly #heap: QueuedMove[] = []

  push(move: QueuedMove): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as QueuedMove
      if (!isBefore(move, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = move
  }

  pop(): QueuedMove | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const right = heap[child + 1]
      if (right !== undefined && isBefore(right, heap[child] as QueuedMove)) child += 1
      const below = heap[child]
      if (below === undefined || !isBefore(below, last)) break
      heap[at] = below
      at = child
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: Move, b: Move): boolean {
  if (a.efficiency !== b.efficiency) return a.efficiency > b.efficiency
  return a.index === b.index ? a.to < b.to : a.index < b.index
}
