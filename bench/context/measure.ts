import type { IndexName } from '../../src/core/ids.ts'
import { ask } from '../ask.ts'
import { mean } from '../metrics/mean.ts'
import { percentile } from '../metrics/percentile.ts'
import type { Query } from '../dataset.ts'
import type { Session } from '../session.ts'
import { answerShare, goldShare } from './evidence.ts'
import type { EvidenceSet } from './evidence-set.ts'
import type { ContextFigures } from './result.ts'
import { variantName, type Variant } from './variants.ts'

const WARM_UP_QUERIES = 5

/** Asks every question under the budget, one after the other, and looks at what stands in the context. */
export async function measureContext(
  session: Session,
  index: IndexName,
  set: EvidenceSet,
  queries: readonly Query[],
  budget: number,
  variant: Variant,
): Promise<ContextFigures> {
  const { engine, terminal } = session
  for (const { text } of queries.slice(0, WARM_UP_QUERIES)) await ask(session, index, text, budget, 0)
  const rows: { tokens: number; gold: number; answer: number | null; ms: number }[] = []
  const progress = terminal.progress(`${set.corpus.name}, ${budget} tokens, ${variantName(variant)}`, queries.length)
  try {
    for (const [order, { id, text }] of queries.entries()) {
      const started = engine.clock.now()
      const answer = await ask(session, index, text, budget, order)
      const ms = engine.clock.now() - started
      const gold = goldShare(answer, set.qrels.get(id) ?? new Map<string, number>())
      rows.push({ tokens: answer.usage.contextTokens, gold, answer: answerShare(answer.context, set.answers.get(id) ?? []), ms })
      progress.advance(1)
    }
  } finally {
    progress.stop()
  }
  const answered = rows.flatMap(({ answer }) => (answer === null ? [] : [answer]))
  const times = rows.map(({ ms }) => ms)
  return {
    budget,
    ...variant,
    context_tokens: mean(rows.map(({ tokens }) => tokens)),
    evidence_recall: mean(rows.map(({ gold }) => gold)),
    answer_recall: answered.length === 0 ? null : mean(answered),
    empty: mean(rows.map(({ tokens }) => (tokens === 0 ? 1 : 0))),
    p50_ms: percentile(times, 50),
    p95_ms: percentile(times, 95),
  }
}
