import { SHOWN_SIGNALS } from '../../src/core/confidence/model.ts'
import { RELEVANCE_SIGNALS } from '../../src/core/confidence/signals.ts'
import { EVIDENCE_SCORERS } from '../../src/core/evidence/model.ts'
import type { FitConfidenceResult } from '../fit-confidence/result.ts'
import { figure, type Table } from './table.ts'

/** Weights, and how well they hold on each half of each set. */
export function fitConfidenceTables({ relevance, confidence, figures }: FitConfidenceResult): readonly Table[] {
  return [
    {
      head: ['relevance', ...RELEVANCE_SIGNALS, 'intercept'],
      rows: EVIDENCE_SCORERS.map((scorer) => {
        const { weights, intercept } = relevance[scorer]
        return [scorer, ...RELEVANCE_SIGNALS.map((name) => figure(weights[name])), figure(intercept)]
      }),
    },
    {
      head: ['confidence', ...SHOWN_SIGNALS, 'intercept'],
      rows: [['', ...SHOWN_SIGNALS.map((name) => figure(confidence.weights[name])), figure(confidence.intercept)]],
    },
    {
      head: ['set', 'ranked by', 'half', 'own', 'foreign', 'foreign kept out', 'evidence found', 'confidence', 'calibration error'],
      rows: figures.map(({ dataset, scorer, half, own, foreign, kept_out: keptOut, found, expected, ece }) => [
        ...[dataset, scorer, half, String(own), String(foreign)],
        ...[keptOut, found, expected, ece].map(figure),
      ]),
    },
  ]
}
