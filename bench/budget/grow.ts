import type { CommandTools } from '../../src/core/ports/command.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { describeMachine } from '../machine.ts'
import { readAskedSet } from './asked-set.ts'
import { corpusOf } from './corpus-of.ts'
import { tokensAtRecall } from './crossing.ts'
import { curveOf, figuresOf, topTenOf } from './figures.ts'
import { readFiller } from './filler.ts'
import type { Measured } from './measure.ts'
import { measureSystems, type BudgetOptions } from './measure-systems.ts'
import type { GrownRecall, GrowResult } from './result.ts'

/** Adds unrelated documents until the corpus is `factor` times as long, and looks at what the same recall then costs. */
export async function runGrow(
  tools: CommandTools,
  folder: string,
  { factor, filler: folders }: { readonly factor: number; readonly filler: readonly string[] },
  options: BudgetOptions,
): Promise<GrowResult> {
  const set = await readAskedSet(tools, folder, options)
  const length = charactersOf(set.documents)
  const filler = await readFiller(folders, length * (factor - 1))
  const documents = [...set.documents, ...filler]
  const reached = charactersOf(documents) / length
  if (reached < factor) tools.terminal.warn(`${set.name}: the filler is enough for ${reached.toFixed(1)} times the corpus, not ${factor}`)
  const full = { ...set, documents, name: `${set.name}-grown`, corpus: corpusOf(`${set.name}-grown-whole`, documents) }
  const clean = await measureSystems(tools, set, options)
  const grown = await measureSystems(tools, full, options)
  const { profile, half, budgets } = options
  const marks = { naive: topTenOf(clean.measured.get('naive')), hybrid: topTenOf(clean.measured.get('hybrid512')) }
  const figures = ({ measured }: typeof clean) =>
    Object.fromEntries([...measured].map(([name, rows]) => [name, figuresOf(rows, budgets, marks, null)]))
  const pairs = [...clean.measured].flatMap(([name, before]) => {
    const after = grown.measured.get(name)
    return after === undefined ? [] : [[name, equalRecall(before, after, budgets)] as const]
  })
  return {
    bench: 'budget-grow',
    dataset: set.name,
    profile,
    half,
    evidence: set.kind,
    queries: set.queries.length,
    budgets,
    factor: reached,
    documents: { clean: set.documents.length, grown: documents.length },
    equal_recall: Object.fromEntries(pairs),
    clean: figures(clean),
    systems: figures(grown),
    versions: clean.versions,
    machine: describeMachine(),
  }
}

function equalRecall(before: Measured, after: Measured, budgets: readonly number[]): readonly GrownRecall[] {
  const grown = curveOf(after, budgets)
  return curveOf(before, budgets).map(({ budget, recall, tokens }) => {
    const needed = tokensAtRecall(grown, recall)
    return { budget, recall, tokens, grown_tokens: needed, ratio: needed === null || tokens === 0 ? null : needed / tokens }
  })
}

const charactersOf = (documents: readonly TextDocument[]): number => documents.reduce((sum, { content }) => sum + content.length, 0)
