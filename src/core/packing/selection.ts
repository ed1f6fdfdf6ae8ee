import type { ChunkId } from '../ids.ts'
import type { DropReason } from '../answer.ts'
import type { Passage, Variant } from './passage.ts'

/** One move of the packer: a passage is packed or shown larger. */
export interface Step {
  readonly passage: Passage
  /** Position in the passage's chain before, -1 for a passage that was not packed yet. */
  readonly from: number
  readonly to: number
  /** What the move added to the objective. */
  readonly gain: number
  /** What the move cost, the document's heading included where it is the first of its document. */
  readonly tokens: number
}

export interface Chosen {
  readonly passage: Passage
  readonly variant: Variant
  /** Position in `Selection.steps` of the move that packed it first. */
  readonly step: number
  /** Of all its moves. */
  readonly gain: number
  /** Of all its moves: the variant's, and the document's heading where it was the first of its document. */
  readonly tokens: number
}

export interface Refused {
  readonly passage: Passage
  readonly reason: DropReason
  /** The packed passage that makes this one superfluous. */
  readonly by: ChunkId | null
  /** Steps that had been made when it was clear; the last for what was decided by the final state. */
  readonly step: number
}

export interface Selection {
  /** In the order in which they were packed first. */
  readonly chosen: readonly Chosen[]
  /** In rank order; every passage is here or in `chosen`, once. */
  readonly refused: readonly Refused[]
  readonly steps: readonly Step[]
  readonly tokens: number
  /** Of the objective. */
  readonly value: number
}
