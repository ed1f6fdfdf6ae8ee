import type { Answer } from '../../src/core/answer.ts'
import { packedAnswer } from '../budget/packed.ts'
import { covered } from '../budget/reference.ts'
import { holdsAnswer } from '../budget/squad.ts'
import { goldShare } from '../context/evidence.ts'
import type { Query } from '../dataset.ts'
import type { AbstainSet } from './abstain-set.ts'

/** A reference counts when this much of its characters is there. */
const WHOLE = 0.99

/** Tells whether an answer holds evidence for a question of the set; where none can be looked for, whether it holds text of a relevant document. */
export function evidenceFinder({ evidence, findable, qrels }: AbstainSet): (query: Query, answer: Answer) => boolean {
  const texts = new Map(evidence.documents.map(({ id, content }) => [id, content]))
  return (query, answer) => {
    const known = findable.get(query.id)
    if (known === undefined) return goldShare(answer, qrels.get(query.id) ?? new Map<string, number>()) > 0
    const packed = packedAnswer(answer, texts)
    if (known.references.length === 0) return holdsAnswer(packed.text, known.answers)
    return known.references.some((reference) => covered(reference, packed.pieces) >= WHOLE)
  }
}
