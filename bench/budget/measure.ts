import type { DocumentId, IndexName } from '../../src/core/ids.ts'
import { invariant } from '../../src/core/errors.ts'
import { ask } from '../ask.ts'
import type { Query } from '../dataset.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import type { BaselineChunk } from './chunk-corpus.ts'
import type { AskedQuery } from './evidence-set.ts'
import type { Judge, Judged } from './judge.ts'
import { packedAnswer, packedOf, packWhole } from './packed.ts'
import type { Baseline } from './systems.ts'

/** What one system did with every question: a row a question, a column a budget. */
export interface Measured {
  readonly rows: readonly (readonly Judged[])[]
  /** Null for Ration. */
  readonly topTen: readonly Judged[] | null
  readonly times: readonly number[]
}

export interface Task {
  readonly label: string
  readonly index: IndexName
  readonly queries: readonly AskedQuery[]
  readonly budgets: readonly number[]
  readonly texts: ReadonlyMap<DocumentId, string>
  readonly judge: Judge
}

const WARM_UP_QUERIES = 3
const TOP = 10

/** Ranks every question once and fills every budget from that ranking. */
export function measureBaseline(
  session: Session,
  task: Task,
  baseline: Baseline,
  chunks: ReadonlyMap<DocumentId, BaselineChunk>,
): Promise<Measured> {
  const { clock } = session.engine
  return overQueries(session, task, async (query) => {
    const started = clock.now()
    const ranked = await rankBaseline(session, task.index, query, baseline, chunks)
    const times = [clock.now() - started]
    const row = task.budgets.map((budget) => task.judge(query, packWhole(ranked, budget, task.texts)))
    return { row, topTen: task.judge(query, packedOf(ranked.slice(0, TOP), task.texts)), times }
  })
}

/** A baseline's chunks, best first. */
export async function rankBaseline(
  session: Session,
  index: IndexName,
  query: Query,
  { plan }: Baseline,
  chunks: ReadonlyMap<DocumentId, BaselineChunk>,
): Promise<readonly BaselineChunk[]> {
  const request = { tenant: BENCH_TENANT, index, query: query.text, filter: null, classify: false, overrides: plan, documents: 0 }
  const ranking = await session.engine.ranker.rank(request, session.limits(QUERY_DEADLINE_MS))
  return ranking.chunks.map(({ doc }) => {
    const chunk = chunks.get(doc)
    invariant(chunk !== undefined, `${doc} is no chunk of the baseline`)
    return chunk
  })
}

/** Asks every question at every budget, as a caller would. */
export function measureRation(session: Session, task: Task): Promise<Measured> {
  const { clock } = session.engine
  let order = 0
  return overQueries(session, task, async (query) => {
    const row: Judged[] = []
    const times: number[] = []
    for (const budget of task.budgets) {
      const started = clock.now()
      const answer = await ask(session, task.index, query.text, budget, (order += 1))
      times.push(clock.now() - started)
      row.push(task.judge(query, packedAnswer(answer, task.texts)))
    }
    return { row, topTen: null, times }
  })
}

interface MeasuredQuery {
  readonly row: readonly Judged[]
  readonly topTen: Judged | null
  readonly times: readonly number[]
}

/** One question after the other, so that the time of each is its own; the first ones once more before, thrown away. */
async function overQueries(session: Session, task: Task, one: (query: AskedQuery) => Promise<MeasuredQuery>): Promise<Measured> {
  for (const query of task.queries.slice(0, WARM_UP_QUERIES)) await one(query)
  const progress = session.terminal.progress(task.label, task.queries.length)
  const measured: MeasuredQuery[] = []
  try {
    for (const query of task.queries) {
      measured.push(await one(query))
      progress.advance(1)
    }
  } finally {
    progress.stop()
  }
  const topTen = measured.flatMap((query) => query.topTen ?? [])
  return {
    rows: measured.map(({ row }) => row),
    topTen: topTen.length === 0 ? null : topTen,
    times: measured.flatMap(({ times }) => times),
  }
}
