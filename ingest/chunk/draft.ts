import type { ParsedDocument } from '../../src/core/types.ts'
import type { IngestSettings } from '../settings.ts'
import type { Atom } from './atoms.ts'
import type { TokenMeasure } from './token-measure.ts'

export interface Measuring {
  readonly settings: IngestSettings
  readonly measure: TokenMeasure
}

/** A document on its way: long titles and long atoms are still being cut. */
export interface Draft {
  readonly document: ParsedDocument
  title: string
  atoms: readonly Atom[]
  tokens: readonly number[]
}
