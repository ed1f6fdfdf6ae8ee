import { AppError } from '../../src/core/errors.ts'
import type { DocumentId, IndexName } from '../../src/core/ids.ts'
import type { RankedChunk } from '../../src/core/ports/ranker.ts'
import type { Answer } from '../../src/core/answer.ts'
import type { Span } from '../../src/core/types.ts'
import { ask } from '../ask.ts'
import { mean } from '../metrics/mean.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import type { GoldenCase } from './case.ts'
import { locate } from './locate.ts'
import { coveredShare, overlaps } from './overlap.ts'
import type { AnswerableQuestion, Questions } from './questions.ts'

interface Located extends AnswerableQuestion {
  readonly span: Span
}

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

/** Finds each passage in the stored text; one that no longer stands there is an error that names it. */
async function locateAll(
  { engine, limits }: Session,
  index: IndexName,
  questions: readonly AnswerableQuestion[],
): Promise<readonly Located[]> {
  const reader = await engine.indexes.pin(BENCH_TENANT, index, limits(QUERY_DEADLINE_MS))
  try {
    return await inOrder(questions, async (question) => {
      const document = await reader.document(question.doc as DocumentId, limits(QUERY_DEADLINE_MS))
      const span = document === null ? null : locate(document.text, question.passage)
      if (span !== null) return { ...question, span }
      const what = document === null ? `there is no ${question.doc}` : `its passage no longer stands in ${question.doc}`
      const { id, doc, passage } = question
      throw new AppError('invalid_dataset', `question ${id}: ${what}: "${passage.slice(0, 120)}"`, { question: id, doc })
    })
  } finally {
    reader.release()
  }
}

async function rankedChunks({ engine, limits }: Session, index: IndexName, query: string): Promise<readonly RankedChunk[]> {
  const request = { tenant: BENCH_TENANT, index, query, filter: null, classify: true, overrides: {}, documents: 0 }
  return (await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))).chunks
}

/** Rank of the first chunk that overlaps the passage, from 1; infinite where none does. */
function passageRank(chunks: readonly RankedChunk[], { doc, span }: Located): number {
  const position = chunks.findIndex((chunk) => chunk.doc === doc && chunk.span !== null && overlaps(chunk.span, span))
  return position === -1 ? Infinity : position + 1
}

function evidence(answer: Answer | undefined, { doc, span }: Located): number {
  const places = answer?.items.flatMap((item) => [{ doc: item.doc, span: item.span }, ...item.also]) ?? []
  return coveredShare(
    span,
    places.filter((place) => place.doc === doc).map((place) => place.span),
  )
}

/** One after the other: what is measured must not compete with itself. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  run: (item: Item, order: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [order, item] of items.entries()) results.push(await run(item, order))
  return results
}
