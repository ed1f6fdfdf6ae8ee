import { FEATURES } from '../../src/core/evidence/features.ts'
import { EVIDENCE_SCORERS } from '../../src/core/evidence/model.ts'
import type { FitResult } from '../fit/result.ts'
import { figure, type Table } from './table.ts'

/** Weights by kind of score, and how well the probabilities hold on each half of each set. */
export function fitTables({ scorers, figures }: FitResult): readonly Table[] {
  return [
    {
      head: ['scores', ...FEATURES, 'intercept'],
      rows: EVIDENCE_SCORERS.map((scorer) => {
        const { weights, intercept } = scorers[scorer]
        return [scorer, ...FEATURES.map((feature) => figure(weights[feature])), figure(intercept)]
      }),
    },
    {
      head: ['set', 'scores', 'half', 'questions', 'evidence', 'expected', 'calibration error'],
      rows: figures.map(({ dataset, scorer, half, questions, evidence, expected, ece }) => [
        dataset,
        scorer,
        half,
        String(questions),
        figure(evidence),
        figure(expected),
        ece.toFixed(4),
      ]),
    },
  ]
}
