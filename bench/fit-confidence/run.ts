import type { ConfidenceModel } from '../../src/core/confidence/model.ts'
import { EVIDENCE_SCORERS, type EvidenceScorer } from '../../src/core/evidence/model.ts'
import { readAbstainSet, type AbstainSet } from '../abstain/abstain-set.ts'
import { foreignQuestions } from '../abstain/foreign.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { buildIndex } from '../build-index.ts'
import { inOrder } from '../in-order.ts'
import type { Session } from '../session.ts'
import { figuresOf, fitConfidence, fitRelevance, type ObservedSet } from './fit.ts'
import { observeQuestions } from './observe.ts'
import type { FitConfidenceResult } from './result.ts'

export interface FitConfidenceOptions {
  readonly profile: string
  readonly language: string
  /** Own questions of a set, and foreign ones, at most. */
  readonly limit: number
}

/** Opens an engine whose questions are ranked like this. */
export type WithScorer = <Result>(scorer: EvidenceScorer, use: (session: Session) => Promise<Result>) => Promise<Result>

const BUDGETS = [256, 1024, 4096]
/** Relevance is the same under every budget. */
const ONE = [1024]

/** Relevance for each kind of ranking; confidence from rankings by both legs. */
export async function fitConfidenceModel(
  withScorer: WithScorer,
  folders: readonly string[],
  options: FitConfidenceOptions,
): Promise<FitConfidenceResult> {
  const { profile } = options
  const observed: Partial<Record<EvidenceScorer, readonly ObservedSet[]>> = {}
  let embedder = ''
  let versions: Readonly<Record<string, string>> = {}
  for (const scorer of EVIDENCE_SCORERS) {
    observed[scorer] = await withScorer(scorer, async (session) => {
      embedder = (await session.engine.profiles.open(profile)).queries.fingerprint
      versions = session.engine.versions
      return observeAll(session, folders, { ...options, budgets: scorer === 'hybrid' ? BUDGETS : ONE })
    })
  }
  const { hybrid = [], lexical = [] } = observed
  const relevance = { hybrid: fitRelevance(hybrid), lexical: fitRelevance(lexical) }
  const model: ConfidenceModel = { name: `confidence-v0/${profile}`, embedder, relevance, confidence: fitConfidence(hybrid, relevance) }
  const figures = EVIDENCE_SCORERS.flatMap((scorer) =>
    withAll(observed[scorer] ?? []).flatMap((set) => figuresOf(set, model, scorer).map((row) => ({ scorer, ...row }))),
  )
  return { ...model, bench: 'fit-confidence', profile, figures, versions }
}

const withAll = (sets: readonly ObservedSet[]): readonly ObservedSet[] => [
  ...sets,
  { dataset: 'all', questions: sets.flatMap(({ questions }) => questions) },
]

async function observeAll(
  session: Session,
  folders: readonly string[],
  { profile, language, limit, budgets }: FitConfidenceOptions & { readonly budgets: readonly number[] },
): Promise<readonly ObservedSet[]> {
  const counter = session.engine.counters.resolve(BENCH_TOKENIZER)
  const sets: AbstainSet[] = []
  for (const folder of folders) sets.push(await readAbstainSet(folder, counter))
  return inOrder(sets, async (set) => {
    const { index } = await buildIndex(session, set.evidence.corpus, { profile, language, unit: 'chunk' })
    const others = sets.filter((other) => other !== set)
    const foreign = foreignQuestions(set, others, limit).queries
    const own = await observeQuestions(session, index, set, { queries: set.queries.slice(0, limit), isOwn: true, budgets })
    return {
      dataset: set.name,
      questions: [...own, ...(await observeQuestions(session, index, set, { queries: foreign, isOwn: false, budgets: ONE }))],
    }
  })
}
