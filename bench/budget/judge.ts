import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import { mean } from '../metrics/mean.ts'
import type { AskedQuery, EvidenceKind } from './evidence-set.ts'
import type { Piece } from './piece.ts'
import { rememberingCounter, type Packed } from './packed.ts'
import { createRedundancyMeter } from './redundancy.ts'
import { covered } from './reference.ts'
import { holdsAnswer } from './squad.ts'

/** One context of one question, judged. */
export interface Judged {
  readonly recall: number
  /** Tokens of the context that are evidence, each once; null where evidence is an answer string. */
  readonly evidence: number | null
  readonly tokens: number
  readonly bodyTokens: number
  readonly redundant: number
}

export type Judge = (query: AskedQuery, packed: Packed) => Judged

/** `origins`: what a piece says, where documents of the index are copies of others. */
export function createJudge(
  kind: EvidenceKind,
  counter: TokenCounter,
  origins: (piece: Piece) => readonly Piece[] = (piece) => [piece],
): Judge {
  const measure = createRedundancyMeter(rememberingCounter(counter))
  return (query, packed) => {
    const { tokens: bodyTokens, redundant } = measure(packed.bodies)
    const common = { tokens: packed.tokens, bodyTokens, redundant }
    if (kind === 'answers') return { ...common, recall: holdsAnswer(packed.text, query.answers) ? 1 : 0, evidence: null }
    const pieces = packed.pieces.flatMap(origins)
    const shares = query.references.map((reference) => ({ reference, share: covered(reference, pieces) }))
    const sum = (of: (one: (typeof shares)[number]) => number) => shares.reduce((total, one) => total + of(one), 0)
    const characters = sum(({ reference }) => reference.characters)
    return {
      ...common,
      recall: sum(({ reference, share }) => share * reference.characters) / characters,
      evidence: sum(({ reference, share }) => share * reference.tokens),
    }
  }
}

export const meanRecall = (judged: readonly Judged[]): number => mean(judged.map(({ recall }) => recall))
