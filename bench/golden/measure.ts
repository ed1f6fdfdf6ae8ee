import type { IndexName } from '../../src/core/ids.ts'
import type { Answer } from '../../src/core/answer.ts'
import { ask } from '../ask.ts'
import { inOrder } from '../in-order.ts'
import { mean } from '../metrics/mean.ts'
import { locateAll, passageRank, rankedChunks, type Located } from '../passages.ts'
import type { Session } from '../session.ts'
import type { GoldenCase } from './case.ts'
import { coveredShare } from '../../src/core/golden/overlap.ts'
import type { AnswerableQuestion, Questions } from './questions.ts'

/**
 * Figures by name: `passage_recall@k` (share of questions with a chunk among the first k that overlaps the passage),
 * `evidence@budget` (share of the passage's characters in the packed context), `context_tokens@budget`,
 * `unanswerable_packed@budget` (share of unanswerable questions that got any context), `intent_accuracy`.
 */
export async function measureGolden(
  session: Session,
  index: IndexName,
  questions: Questions,
  { ks, budgets }: GoldenCase['settings'],
): Promise<Record<string, number>> {
  const located = await locateAll(session, index, questions.answerable)
  const steps = (located.length + questions.unanswerable.length) * budgets.length + located.length
  const progress = session.terminal.progress('golden questions', steps)
  try {
    const figures: Record<string, number> = {}
    const ranks = await inOrder(located, async (question) => {
      progress.advance(1)
      return passageRank(await rankedChunks(session, index, question.question), question)
    })
    for (const k of ks) figures[`passage_recall@${k}`] = mean(ranks.map((rank) => (rank <= k ? 1 : 0)))
    for (const budget of budgets) {
      const asked = async ({ question }: { readonly question: string }, order: number) => {
        progress.advance(1)
        return ask(session, index, question, budget, order)
      }
      const answers = await inOrder(located, asked)
      const others = await inOrder(questions.unanswerable, asked)
      figures[`evidence@${budget}`] = mean(located.map((question, order) => evidence(answers[order], question)))
      figures[`context_tokens@${budget}`] = mean(answers.map(({ usage }) => usage.contextTokens))
      figures[`unanswerable_packed@${budget}`] = mean(others.map(({ usage }) => (usage.contextTokens > 0 ? 1 : 0)))
      figures['intent_accuracy'] = mean(answers.map(({ intent }, order) => (intent.label === located[order]?.intent ? 1 : 0)))
    }
    return figures
  } finally {
    progress.stop()
  }
}

function evidence(answer: Answer | undefined, { doc, span }: Located<AnswerableQuestion>): number {
  const places = answer?.items.flatMap((item) => [{ doc: item.doc, span: item.span }, ...item.also]) ?? []
  return coveredShare(
    span,
    places.filter((place) => place.doc === doc).map((place) => place.span),
  )
}
