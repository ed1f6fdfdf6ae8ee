import { FEATURES, type Feature } from '../../src/core/evidence/features.ts'
import { evidenceProbability, type EvidenceWeights } from '../../src/core/evidence/model.ts'
import { calibrationError } from './calibration-error.ts'
import { fitLogistic, type Sample } from './logistic.ts'
import type { ObservedQuestion } from './observe.ts'

export interface ObservedUnits {
  readonly dataset: string
  /** How much the set counts beside the others. */
  readonly weight: number
  readonly dev: readonly ObservedQuestion[]
  readonly test: readonly ObservedQuestion[]
}

export interface SetFigures {
  readonly dataset: string
  readonly questions: number
  readonly units: number
  /** Share of the text that is evidence, and what the model expects of it. */
  readonly evidence: number
  readonly expected: number
  /** Expected calibration error over ten bins of equal weight. */
  readonly ece: number
}

/** A longer sentence counts no more: a table that could not be split is one thing to know. */
const MOST_CHARACTERS = 240

const countsAs = (characters: number): number => Math.min(characters, MOST_CHARACTERS) / MOST_CHARACTERS

/** Weights by logistic regression on the development half; every set with the total weight that was given to it, whatever its size. */
export function fitWeights(sets: readonly ObservedUnits[]): EvidenceWeights {
  const samples: Sample[] = sets.flatMap(({ dev, weight }) =>
    dev.flatMap(({ units }) =>
      units.map(({ features, share, characters }) => ({
        x: Float64Array.from([...FEATURES.map((feature) => features[feature]), 1]),
        y: share,
        weight: (weight * countsAs(characters)) / dev.length,
      })),
    ),
  )
  const beta = fitLogistic(samples)
  return {
    intercept: rounded(beta[FEATURES.length] ?? 0),
    weights: Object.fromEntries(FEATURES.map((feature, index) => [feature, rounded(beta[index] ?? 0)])) as Record<Feature, number>,
  }
}

/** Enough for any figure to come out the same, and for a reader to compare. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

/** How well the probabilities hold on one half of a set. */
export function setFigures(dataset: string, questions: readonly ObservedQuestion[], weights: EvidenceWeights): SetFigures {
  const rows = questions.flatMap(({ units }) =>
    units.map(({ features, share, characters }) => ({ p: evidenceProbability(weights, features), y: share, weight: countsAs(characters) })),
  )
  const total = rows.reduce((sum, { weight }) => sum + weight, 0) || 1
  const mean = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + row.weight * of(row), 0) / total
  return {
    dataset,
    questions: questions.length,
    units: rows.length,
    evidence: mean(({ y }) => y),
    expected: mean(({ p }) => p),
    ece: calibrationError(rows),
  }
}
