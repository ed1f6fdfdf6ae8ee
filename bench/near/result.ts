import type { Machine } from '../machine.ts'
import type { PlantKind } from './plant.ts'

export interface KindFigures {
  readonly kind: PlantKind
  readonly planted: number
  /** Copies whose exact Jaccard similarity with their original is at least that of the setting. */
  readonly near: number
  /** Share of `near` that is in the group of its original. */
  readonly recall: number
  /** Share of those found that collapse with their original when a question finds both: 0 is right for copies that state something else. */
  readonly collapsed: number
}

export interface NearResult {
  readonly bench: 'near'
  readonly half: 'first' | 'second'
  readonly passages: number
  readonly jaccard: number
  readonly kinds: readonly KindFigures[]
  /** Over all kinds. */
  readonly recall: number
  /** Share of the chunks that joined a group whose exact Jaccard similarity with its founder is at least that of the setting. */
  readonly precision: number
  /** Share of the pairs inside groups that are similar, or were made from the same passage. */
  readonly pair_precision: number
  /** Microseconds to read, sign and look up one of them; without the texts that suspects are compared with. */
  readonly us_per_text: number
  /** Bytes of memory for each different text. */
  readonly bytes_per_text: number
  /** Null where it was left out. */
  readonly cost: {
    readonly profile: string
    readonly documents: number
    readonly chunks: number
    readonly rounds: number
    /** Seconds from the first document to searchable, the fastest round. */
    readonly with_s: number
    readonly without_s: number
    /** (with − without) / with. */
    readonly share: number
    readonly chunks_per_s: number
  } | null
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
