import type { CompleteFigures, FollowUpFigures, FollowUpsResult } from '../follow-ups/result.ts'
import { figure, type Table } from './table.ts'

/** Both halves of the conversations, a line for each kind of later turn; then what became of questions that stand alone. */
export const followUpsTables = ({ splits, complete }: FollowUpsResult): readonly Table[] => [
  {
    head: [
      'questions',
      'number',
      'carried into',
      ...[5, 1].flatMap((k) => ['alone', 'carried', 'by hand'].map((system) => `recall@${k} ${system}`)),
    ],
    rows: [...rowsOf('development', splits.dev), ...rowsOf('test', splits.test)],
  },
  { head: ['complete questions of', 'number', 'carried into'], rows: complete.map(completeRow) },
]

const completeRow = ({ name, questions, carried_into }: CompleteFigures): readonly string[] => [
  name,
  String(questions),
  String(carried_into),
]

function rowsOf(half: string, figures: FollowUpFigures): readonly (readonly string[])[] {
  const five = figures['follow_up_recall@5']
  const one = figures['follow_up_recall@1']
  const switched = figures['switch_recall@5']
  const carriedInto = Math.round(figures.recognised * figures.follow_ups)
  return [
    [
      `follow-ups, ${half}`,
      String(figures.follow_ups),
      String(carriedInto),
      ...[five, one].flatMap(({ alone, carried, by_hand }) => [alone, carried, by_hand].map(figure)),
    ],
    [
      `changes of topic, ${half}`,
      String(figures.switches),
      String(figures.polluted),
      figure(switched.alone),
      figure(switched.carried),
      ...Array.from({ length: 4 }, () => '–'),
    ],
  ]
}
