import { confidenceOf, relevanceOf, SHOWN_SIGNALS, type ConfidenceModel, type ShownSignal } from '../../src/core/confidence/model.ts'
import { RELEVANCE_SIGNALS, type RelevanceSignal } from '../../src/core/confidence/signals.ts'
import type { EvidenceScorer } from '../../src/core/evidence/model.ts'
import type { LogisticWeights } from '../../src/core/logistic/logistic.ts'
import { reliabilityOf } from '../abstain/reliability.ts'
import { separationOf } from '../abstain/separation.ts'
import { fitLogistic, type Sample } from '../fit/logistic.ts'
import type { ObservedPacking, ObservedQuestion } from './observe.ts'

export interface ObservedSet {
  readonly dataset: string
  readonly questions: readonly ObservedQuestion[]
}

export interface HalfFigures {
  readonly dataset: string
  readonly half: 'dev' | 'test'
  readonly own: number
  readonly foreign: number
  /** Share of the foreign questions below the threshold that 2 % of the own are below. */
  readonly kept_out: number
  /** How often evidence was in the context, what confidence says on average, and the expected calibration error; own questions, all budgets. */
  readonly found: number
  readonly expected: number
  readonly ece: number
}

/** A foreign question counts this much beside an own one where confidence is fitted: a calibrated index answers few of them. */
const FOREIGN_ANSWERED = 0.2

/** By logistic regression on the development half; own and foreign questions of every set with the same total weight. */
export function fitRelevance(sets: readonly ObservedSet[]): LogisticWeights<RelevanceSignal> {
  const samples = samplesOf(sets, 1, ({ isOwn, packings: [first] }) =>
    first === undefined ? [] : [{ x: RELEVANCE_SIGNALS.map((name) => first.told.signals[name]), y: Number(isOwn) }],
  )
  return weightsOf(RELEVANCE_SIGNALS, samples)
}

export function fitConfidence(sets: readonly ObservedSet[], relevance: ConfidenceModel['relevance']): LogisticWeights<ShownSignal> {
  const samples = samplesOf(sets, FOREIGN_ANSWERED, ({ packings }) =>
    packings.map((packing) => {
      const signals = shownBy({ relevance }, packing)
      return { x: SHOWN_SIGNALS.map((name) => signals[name]), y: Number(packing.found) }
    }),
  )
  return weightsOf(SHOWN_SIGNALS, samples)
}

export function figuresOf({ dataset, questions }: ObservedSet, model: ConfidenceModel, scorer: EvidenceScorer): readonly HalfFigures[] {
  return (['dev', 'test'] as const).map((half) => {
    const members = questions.filter(({ dev }) => dev === (half === 'dev'))
    const relevance = (isOwn: boolean) =>
      members
        .filter((one) => one.isOwn === isOwn)
        .flatMap(({ packings }) => packings.slice(0, 1).map(({ told }) => relevanceOf(model, scorer, told.signals)))
    const believed = members
      .filter(({ isOwn }) => isOwn)
      .flatMap(({ packings }) =>
        packings.map((packing) => ({ confidence: confidenceOf(model, shownBy(model, packing)), correct: packing.found })),
      )
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / (numbers.length || 1)
    return {
      dataset,
      half,
      own: relevance(true).length,
      foreign: relevance(false).length,
      kept_out: separationOf(relevance(true), relevance(false))?.foreign ?? 0,
      found: mean(believed.map(({ correct }) => Number(correct))),
      expected: mean(believed.map(({ confidence }) => confidence)),
      ece: reliabilityOf(believed).ece,
    }
  })
}

const shownBy = ({ relevance }: Pick<ConfidenceModel, 'relevance'>, { told }: ObservedPacking) => ({
  relevance: relevanceOf({ relevance }, told.scorer, told.signals),
  shown: told.shown,
  tokens: told.tokens,
})

function samplesOf(
  sets: readonly ObservedSet[],
  foreignWeight: number,
  read: (question: ObservedQuestion) => readonly { readonly x: readonly number[]; readonly y: number }[],
): readonly Sample[] {
  return sets.flatMap(({ questions }) =>
    [true, false].flatMap((isOwn) => {
      const rows = questions.filter((question) => question.dev && question.isOwn === isOwn).flatMap(read)
      const weight = (isOwn ? 1 : foreignWeight) / rows.length
      return rows.map(({ x, y }) => ({ x: Float64Array.from([...x, 1]), y, weight }))
    }),
  )
}

function weightsOf<Signal extends string>(names: readonly Signal[], samples: readonly Sample[]): LogisticWeights<Signal> {
  const beta = fitLogistic(samples)
  const pairs = names.map((name, at) => [name, rounded(beta[at] ?? 0)] as const)
  return { intercept: rounded(beta[names.length] ?? 0), weights: Object.fromEntries(pairs) as Record<Signal, number> }
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000
