import type { AbstainResult } from '../abstain/result.ts'
import type { Reliability } from '../abstain/reliability.ts'
import { figure, type Table } from './table.ts'

/** Who abstains, what a threshold could do at best, and whether confidence is what it says. */
export const abstainTables = ({ datasets, reliability }: AbstainResult): readonly Table[] => [
  {
    head: [
      'share that abstains',
      'foreign',
      'own answerable',
      'own unanswerable',
      'their mean confidence',
      'foreign asked',
      'own asked',
      'unanswerable asked',
      'threshold',
      'left out',
    ],
    rows: datasets.map(
      ({
        dataset,
        foreign,
        answerable,
        unanswerable,
        unanswerable_confidence: unanswerableConfidence,
        questions,
        calibration,
        left_out: leftOut,
      }) => [
        dataset,
        figure(foreign),
        figure(answerable),
        figure(unanswerable ?? undefined),
        figure(unanswerableConfidence ?? undefined),
        String(questions.foreign),
        String(questions.answerable),
        String(questions.unanswerable),
        figure(calibration.threshold),
        Object.keys(leftOut).join(', ') || '–',
      ],
    ),
  },
  {
    head: ['foreign kept out while 2 % of its own are', 'by relevance', 'threshold', 'by top cosine', 'threshold', 'ECE of own'],
    rows: datasets.map(({ dataset, separation: { relevance, cosine }, reliability: own }) => [
      dataset,
      figure(relevance?.foreign),
      figure(relevance?.threshold),
      figure(cosine?.foreign),
      figure(cosine?.threshold),
      figure(own.ece),
    ]),
  },
  {
    head: ['confidence', 'own: questions', 'mean', 'right', 'with foreign: questions', 'mean', 'right'],
    rows: [
      ...reliability.all.bins.map((bin, at) => [
        `${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}`,
        ...cells(reliability.answerable, at),
        ...cells(reliability.all, at),
      ]),
      ['expected calibration error', '', '', figure(reliability.answerable.ece), '', '', figure(reliability.all.ece)],
    ],
  },
]

function cells({ bins }: Reliability, at: number): readonly string[] {
  const bin = bins[at]
  return [String(bin?.questions ?? 0), figure(bin?.confidence ?? undefined), figure(bin?.correct ?? undefined)]
}
