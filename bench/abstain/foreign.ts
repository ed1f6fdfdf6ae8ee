import { normalise } from '../../src/core/text/normalise.ts'
import type { Query } from '../dataset.ts'
import { createPrng } from '../prng.ts'
import { shuffle } from '../shuffle.ts'
import type { AbstainSet } from './abstain-set.ts'

const SEED = 500

export interface Foreign {
  readonly queries: readonly Query[]
  /** Sets whose questions are not asked, with the number of documents that they share with this one. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Questions not asked because a relevant document has the title of one in this set. */
  readonly sharedTitles: number
}

/** Questions of other sets that this one knows nothing of: `most` of them, as many of each set as of the others while they last. */
export function foreignQuestions(own: AbstainSet, others: readonly AbstainSet[], most: number): Foreign {
  const leftOut: Record<string, number> = {}
  const lists: (readonly Query[])[] = []
  let sharedTitles = 0
  for (const other of others) {
    const shared = [...other.texts].filter((text) => own.texts.has(text)).length
    if (shared > 0) {
      leftOut[other.name] = shared
      continue
    }
    const titles = new Map<string, string>(other.evidence.documents.map(({ id, title }) => [id, normalise(title ?? '')]))
    const strange = other.queries.filter(
      ({ id }) => ![...(other.qrels.get(id)?.keys() ?? [])].some((doc) => own.titles.has(titles.get(doc) ?? '')),
    )
    sharedTitles += other.queries.length - strange.length
    lists.push(shuffle(strange, createPrng(SEED)))
  }
  return { queries: inTurns(lists, most), leftOut, sharedTitles }
}

function inTurns(lists: readonly (readonly Query[])[], most: number): readonly Query[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list[turn] ?? []))
    .flat()
    .slice(0, most)
}
