import type { Answer } from '../../src/core/answer.ts'

/** Share of the relevant documents that stand in the packed items, their other places included; 0 to 1. */
export function goldShare(answer: Pick<Answer, 'items'>, grades: ReadonlyMap<string, number>): number {
  const packed = new Set<string>(answer.items.flatMap(({ doc, also }) => [doc, ...also.map((place) => place.doc)]))
  const relevant = [...grades].filter(([, grade]) => grade > 0)
  return relevant.filter(([doc]) => packed.has(doc)).length / relevant.length
}

/** Share of the answer strings that stand in the context, whatever the case and white space; null where none is known. */
export function answerShare(context: string, answers: readonly string[]): number | null {
  if (answers.length === 0) return null
  const text = plain(context)
  return answers.filter((answer) => text.includes(plain(answer))).length / answers.length
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
