import type { ContextFigures, ContextResult } from '../context/result.ts'
import { figure, milliseconds, percent, type Table } from './table.ts'

/** Tokens and evidence side by side; the change is against the first variant of the same set and budget. */
export const contextTables = ({ datasets }: ContextResult): readonly Table[] =>
  datasets.map(({ dataset, variants }) => ({
    head: [dataset, 'hierarchy', 'intent', 'context tokens', 'change', 'evidence recall', 'answer recall', 'empty', 'p50 ms', 'p95 ms'],
    rows: variants.map((figures) => cells(figures, variants.find(({ budget }) => budget === figures.budget) ?? figures)),
  }))

const cells = (figures: ContextFigures, first: ContextFigures): readonly string[] => [
  `${figures.budget} tokens`,
  figures.hierarchy ? 'on' : 'off',
  figures.intent ? 'on' : 'off',
  figures.context_tokens.toFixed(0),
  first.context_tokens === 0 ? '–' : percent(figures.context_tokens / first.context_tokens - 1),
  figure(figures.evidence_recall),
  figure(figures.answer_recall ?? undefined),
  percent(figures.empty),
  milliseconds(figures.p50_ms),
  milliseconds(figures.p95_ms),
]
