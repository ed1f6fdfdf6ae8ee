import type { ChunkUnit } from '../../src/core/types.ts'
import type { Machine } from '../machine.ts'
import type { MarginFigures, MixFigures } from './mix.ts'
import type { Half } from './observe.ts'

/** What a profile's settings should be, and the observations' quality under each value tried. */
export interface TuneResult {
  readonly bench: 'tune'
  readonly profile: string
  readonly unit: ChunkUnit
  readonly half: Half
  readonly queries: number
  readonly mixes: readonly MixFigures[]
  readonly margins: readonly MarginFigures[]
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
