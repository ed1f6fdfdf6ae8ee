import { element, label, line, picture } from '../svg/svg.ts'
import type { AbstainResult } from './result.ts'
import type { Reliability } from './reliability.ts'

/** Pixels. */
const SIDE = 260
const LEFT = 60
const TOP = 52
const PANEL = 380
const HEIGHT = 372
const QUIET = '#5b6472'
const LARGEST_DOT = 11

/** How often confidence was right, over what it said: on the diagonal it says the truth. Dots are as large as the questions are many. */
export const reliabilityPicture = ({ reliability, profile }: AbstainResult): string =>
  picture(2 * PANEL, HEIGHT, 'Reliability of confidence', [
    ...panel(0, `own answerable questions, ${profile}`, reliability.answerable),
    ...panel(PANEL, `own and foreign questions, ${profile}`, reliability.all),
  ])

function panel(offset: number, title: string, { bins, ece, questions }: Reliability): readonly string[] {
  const x = (value: number) => offset + LEFT + value * SIDE
  const y = (value: number) => TOP + (1 - value) * SIDE
  const most = Math.max(1, ...bins.map((bin) => bin.questions))
  return [
    label(x(0), 20, title, { 'font-weight': 600, 'font-size': 14 }),
    label(x(0), 38, `expected calibration error ${ece.toFixed(3)}, ${questions} answers`, { fill: QUIET }),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
      line(x(0), y(value), x(1), y(value), { stroke: '#e3e6ec' }),
      label(x(0) - 8, y(value) + 4, value.toFixed(2), { 'text-anchor': 'end', fill: QUIET }),
      label(x(value), y(0) + 18, value.toFixed(2), { 'text-anchor': 'middle', fill: QUIET }),
    ]),
    line(x(0), y(0), x(1), y(1), { stroke: QUIET, 'stroke-dasharray': '4 4' }),
    ...bins.flatMap(({ confidence, correct, questions: members }) =>
      confidence === null || correct === null
        ? []
        : [
            element('circle', {
              cx: x(confidence),
              cy: y(correct),
              r: 3 + LARGEST_DOT * Math.sqrt(members / most),
              fill: '#c2410c',
              'fill-opacity': '0.75',
            }),
          ],
    ),
    label(x(0.5), y(0) + 38, 'confidence', { 'text-anchor': 'middle', fill: QUIET }),
    label(x(1) - 4, y(0) - 8, 'up: share with evidence in the context', { 'text-anchor': 'end', fill: QUIET, 'font-size': 11 }),
  ]
}
