import type { Collapsed } from '../fusion/collapse.ts'
import type { Fused } from '../fusion/fused.ts'
import type { DocumentId } from '../ids.ts'
import type { RuleEffects } from './apply-rules.ts'

export type NamedDocuments = Pick<RuleEffects, 'required' | 'pinned' | 'forbidden'>

/** Which of the places where a text was found stands for it: one in a required document, else in a pinned one, else the best ranked that no rule forbids. */
export function placeOf(found: Collapsed, named: NamedDocuments): Fused {
  return [found, ...found.twins].reduce<Fused>(
    (best, place) => (standing(place.doc, named) > standing(best.doc, named) ? place : best),
    found,
  )
}

/** The same find with one of its twins in front; it keeps its score, and what was said of the text whatever its place. */
export function withPlace(found: Collapsed, place: Fused): Collapsed {
  const { twins, ...first } = found
  const ofText = found.evidence.filter(({ leg }) => leg === 'fused' || leg === 'rerank')
  return {
    ...place,
    score: found.score,
    evidence: [...place.evidence, ...ofText],
    twins: [first, ...twins.filter(({ chunk }) => chunk !== place.chunk)],
  }
}

function standing(doc: DocumentId, { required, pinned, forbidden }: NamedDocuments): number {
  if (required.has(doc)) return 3
  if (pinned.has(doc)) return 2
  return forbidden.has(doc) ? 0 : 1
}
