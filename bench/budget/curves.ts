import { element, label, line, picture } from '../svg/svg.ts'
import { spreadLabels } from '../svg/spread-labels.ts'
import type { BudgetFigures, BudgetResult } from './result.ts'

/** Sizes in pixels; one panel a data set, two beside each other. */
const PANEL = { width: 520, height: 330, left: 46, right: 108, top: 44, bottom: 44 }
const PLOT = { width: PANEL.width - PANEL.left - PANEL.right, height: PANEL.height - PANEL.top - PANEL.bottom }
const GRID = '#e3e6ec'
const QUIET = '#5b6472'
/** What is shown beside Ration; parts switched off would hide it. */
const STROKES: Readonly<Record<string, { readonly colour: string; readonly width: number }>> = {
  ration: { colour: '#c2410c', width: 3 },
  hybrid512: { colour: '#2563a8', width: 1.8 },
  fixed128: { colour: '#3f8f6b', width: 1.8 },
  recursive: { colour: '#8a5aa8', width: 1.8 },
  naive: { colour: '#6b7280', width: 1.8 },
}

/** Recall over the budget for every data set, each line named at its end. */
export function curvesPicture(results: readonly BudgetResult[]): string {
  const columns = Math.min(2, results.length)
  const rows = Math.ceil(results.length / columns)
  const panels = results.map((result, order) => {
    const [x, y] = [(order % columns) * PANEL.width, Math.floor(order / columns) * PANEL.height]
    return element('g', { transform: `translate(${x} ${y})` }, ...panel(result))
  })
  return picture(columns * PANEL.width, rows * PANEL.height, 'Evidence recall over the token budget', panels)
}

function panel({ dataset, profile, evidence, queries, budgets, systems }: BudgetResult): readonly string[] {
  const [least = 1] = budgets
  const most = budgets.at(-1) ?? 2
  const x = (budget: number) => PANEL.left + (Math.log2(budget / least) / Math.max(1, Math.log2(most / least))) * PLOT.width
  const y = (recall: number) => PANEL.top + (1 - recall) * PLOT.height
  const shown = Object.entries(STROKES).flatMap(([name, stroke]) => {
    const figures = systems[name]
    return figures === undefined ? [] : [{ name, stroke, recall: budgets.map((budget) => recallAt(figures, budget)) }]
  })
  const ends = spreadLabels(
    shown.map(({ recall }) => y(recall.at(-1) ?? 0)),
    14,
    PANEL.top,
    PANEL.top + PLOT.height,
  )
  const mark = systems['naive']?.top10 ?? null
  return [
    label(PANEL.left, 20, dataset, { 'font-weight': 600, 'font-size': 14 }),
    label(PANEL.left, 36, `recall of ${evidence} in the context, ${queries} questions, profile ${profile}`, { fill: QUIET }),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((recall) => [
      line(PANEL.left, y(recall), PANEL.left + PLOT.width, y(recall), { stroke: GRID }),
      label(PANEL.left - 8, y(recall) + 4, recall.toFixed(2), { 'text-anchor': 'end', fill: QUIET }),
    ]),
    ...budgets.map((budget) => label(x(budget), PANEL.top + PLOT.height + 18, String(budget), { 'text-anchor': 'middle', fill: QUIET })),
    label(PANEL.left + PLOT.width / 2, PANEL.top + PLOT.height + 36, 'budget in tokens', { 'text-anchor': 'middle', fill: QUIET }),
    ...(mark === null ? [] : topTenMark(mark.recall, mark.tokens, y(mark.recall))),
    // Ration is drawn last, over the others.
    ...shown.toReversed().flatMap(({ name, stroke, recall }) => {
      const points = recall.map((value, at) => `${x(budgets[at] ?? 1).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
      return [
        element('polyline', { points, fill: 'none', stroke: stroke.colour, 'stroke-width': stroke.width, 'stroke-linejoin': 'round' }),
        ...(name === 'ration'
          ? recall.map((value, at) => element('circle', { cx: x(budgets[at] ?? 1), cy: y(value), r: 3.4, fill: stroke.colour }))
          : []),
      ]
    }),
    ...shown.map(({ name, stroke, recall }, order) =>
      label(PANEL.left + PLOT.width + 8, (ends[order] ?? 0) + 4, `${name} ${(recall.at(-1) ?? 0).toFixed(2)}`, {
        fill: stroke.colour,
        ...(name === 'ration' && { 'font-weight': 700 }),
      }),
    ),
  ]
}

const topTenMark = (recall: number, tokens: number, y: number): readonly string[] => [
  line(PANEL.left, y, PANEL.left + PLOT.width, y, { stroke: QUIET, 'stroke-dasharray': '4 4' }),
  // Near the top there is no room above the line.
  label(PANEL.left + 6, recall > 0.9 ? y + 14 : y - 5, `naive's ten best: ${recall.toFixed(2)} at ${tokens.toFixed(0)} tokens`, {
    fill: QUIET,
    'font-size': 11,
  }),
]

const recallAt = (figures: BudgetFigures, budget: number): number => figures[`recall@${budget}`] ?? 0
