import type { DocumentId } from '../../src/core/ids.ts'
import type { Span } from '../../src/core/types.ts'
import type { AskedQuery } from '../budget/evidence-set.ts'
import { holdsAnswer } from '../budget/squad.ts'

/** A sentence of a stored chunk: where it stands in its document (white space around it taken off), and what it says. */
export interface LabelledUnit {
  readonly doc: DocumentId
  readonly span: Span
  readonly text: string
}

/**
 * To what degree a sentence is evidence for a question, 0 to 1: the share of its characters that stand in a reference; where evidence is an answer
 * string, 1 if the sentence holds it and its document is a relevant one.
 */
export function evidenceShare(
  { references, answers }: Pick<AskedQuery, 'references' | 'answers'>,
  unit: LabelledUnit,
  relevant: boolean,
): number {
  if (answers.length > 0) return relevant && holdsAnswer(unit.text, answers) ? 1 : 0
  const { start, end } = unit.span
  const inside = new Uint8Array(end - start)
  for (const { text, places } of references) {
    for (const place of places) {
      if (place.doc !== unit.doc) continue
      const from = Math.max(place.start, start)
      const to = Math.min(place.start + text.length, end)
      if (from < to) inside.fill(1, from - start, to - start)
    }
  }
  return inside.reduce((sum, mark) => sum + mark, 0) / Math.max(1, inside.length)
}
