import type { ChunkId, DocumentId } from '../ids.ts'
import type { DropReason } from '../answer.ts'
import type { Span } from '../types.ts'
import { areSimilar } from './similarity.ts'

/** Names the packing algorithm in receipts; changes whenever the same input could pack differently. */
export const PACKER = 'greedy@1.0.0'

/** A candidate with its price tag. Candidates come in rank order. */
export interface Priced {
  readonly chunk: ChunkId
  readonly doc: DocumentId
  readonly span: Span
  /** Distinct words, for near-duplicates. */
  readonly words: ReadonlySet<string>
  /** Calibrated probability of relevance. */
  readonly value: number
  /** Tokens of the piece as rendered, heading and citation mark included. */
  readonly tokens: number
}

export interface PackRules {
  /** Tokens that pieces may take together; the template's own are already off. */
  readonly tokens: number
  readonly maxItems: number
  readonly maxDocuments: number
  /** Tokens that one document may take. */
  readonly tokensPerDocument: number
  /** Calibrated probability that 1,000 tokens must buy. */
  readonly pricePer1kTokens: number
  /** Jaccard similarity of words from which two pieces count as the same text. */
  readonly duplicateJaccard: number
}

export interface Refusal<Candidate> {
  readonly candidate: Candidate
  readonly reason: DropReason
  readonly duplicateOf: ChunkId | null
}

export interface Packing<Candidate> {
  /** In rank order. */
  readonly packed: readonly Candidate[]
  readonly refused: readonly Refusal<Candidate>[]
}

/**
 * Greedy packing in rank order: every candidate is taken unless a rule says why not, so `packed` and `refused` hold each
 * candidate once. Later, smaller candidates still get the room that an earlier, larger one could not use.
 * Linear in the candidates times the packed pieces; pure.
 */
export function pack<Candidate extends Priced>(candidates: readonly Candidate[], rules: PackRules): Packing<Candidate> {
  const packed: Candidate[] = []
  const refused: Refusal<Candidate>[] = []
  const perDocument = new Map<DocumentId, number>()
  let left = rules.tokens

  for (const candidate of candidates) {
    const ofDocument = perDocument.get(candidate.doc) ?? 0
    const twin = packed.find((piece) => isSameText(piece, candidate, rules.duplicateJaccard))
    const reason = twin ? 'duplicate' : refusal(candidate)
    if (reason) {
      refused.push({ candidate, reason, duplicateOf: twin?.chunk ?? null })
      continue
    }
    packed.push(candidate)
    perDocument.set(candidate.doc, ofDocument + candidate.tokens)
    left -= candidate.tokens

    function refusal(piece: Candidate): DropReason | null {
      if (!isWorthItsTokens(piece, rules.pricePer1kTokens)) return 'low_value'
      if (piece.tokens > left || packed.length >= rules.maxItems) return 'over_budget'
      if (ofDocument + piece.tokens > rules.tokensPerDocument) return 'per_document_cap'
      if (ofDocument === 0 && perDocument.size >= rules.maxDocuments) return 'over_budget'
      return null
    }
  }
  return { packed, refused }
}

/** The stop rule: a piece must bring at least the exchange rate times what it costs. */
export function isWorthItsTokens(piece: { readonly value: number; readonly tokens: number }, pricePer1kTokens: number): boolean {
  return piece.value >= (pricePer1kTokens * piece.tokens) / 1000
}

function isSameText(a: Priced, b: Priced, threshold: number): boolean {
  const overlaps = a.doc === b.doc && a.span.start < b.span.end && b.span.start < a.span.end
  return overlaps || areSimilar(a.words, b.words, threshold)
}
