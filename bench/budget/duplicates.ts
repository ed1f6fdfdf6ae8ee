import type { CommandTools } from '../../src/core/ports/command.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { buildIndex } from '../build-index.ts'
import { describeMachine } from '../machine.ts'
import { withSession, type Session } from '../session.ts'
import { readAskedSet } from './asked-set.ts'
import { chunkCorpus, type BaselineChunk } from './chunk-corpus.ts'
import { corpusOf } from './corpus-of.ts'
import type { BudgetSet } from './evidence-set.ts'
import { figuresOf, topTenOf } from './figures.ts'
import { measureSystems, shapeOf, type BudgetOptions } from './measure-systems.ts'
import { rankBaseline } from './measure.ts'
import { packedOf, rememberingCounter } from './packed.ts'
import { originsOf, plantsOf, type Plant } from './planted.ts'
import { createRedundancyMeter } from './redundancy.ts'
import type { DuplicatesResult } from './result.ts'
import { BASELINES } from './systems.ts'

const TOP = 10
const NAIVE = BASELINES.naive
/** Halvings of the share of plants that are planted; the last one moves less than one plant in most sets. */
const HALVINGS = 14

interface Planting {
  readonly plants: readonly Plant[]
  /** Share of the tokens of naive's top ten chunks that repeat earlier ones. */
  readonly clean: number
  readonly planted: number
}

/** Plants near-duplicates of what naive retrieves until its top ten are `share` redundant, and asks every system with and without them. */
export async function runDuplicates(tools: CommandTools, folder: string, share: number, options: BudgetOptions): Promise<DuplicatesResult> {
  const set = await readAskedSet(tools, folder, options)
  const planting = await withSession(tools, options.cache, options.settings, (session) => plant(session, set, share, options))
  if (planting.planted < share) tools.terminal.warn(`${set.name}: no more than ${planting.planted.toFixed(3)} redundant`)
  const documents = [...set.documents, ...planting.plants.map(({ document }) => document)]
  const full: BudgetSet = { ...set, documents, name: `${set.name}-planted`, corpus: corpusOf(`${set.name}-planted-whole`, documents) }
  const clean = await measureSystems(tools, set, options)
  const planted = await measureSystems(tools, full, options, originsOf(planting.plants))
  const { profile, half, budgets } = options
  const marks = { naive: topTenOf(clean.measured.get('naive')), hybrid: topTenOf(clean.measured.get('hybrid512')) }
  const figures = ({ measured }: typeof clean) =>
    Object.fromEntries([...measured].map(([name, rows]) => [name, figuresOf(rows, budgets, marks, null)]))
  return {
    bench: 'budget-duplicates',
    dataset: set.name,
    profile,
    half,
    evidence: set.kind,
    queries: set.queries.length,
    budgets,
    planted: planting.plants.length,
    naive10_redundancy: { clean: planting.clean, planted: planting.planted },
    clean: figures(clean),
    systems: figures(planted),
    versions: clean.versions,
    machine: describeMachine(),
  }
}

/**
 * Ranks an index that holds every plant, and leaves those out of the ranking that are not planted: an exact dense ranking without them is
 * the same, so that the right share is found without building an index for each.
 */
async function plant(session: Session, set: BudgetSet, share: number, options: BudgetOptions): Promise<Planting> {
  const counter = session.engine.counters.resolve(BENCH_TOKENIZER)
  const clean = await rankAll(session, set, set.documents, set.name, options)
  const retrieved = new Set(clean.flatMap((chunks) => chunks.slice(0, TOP)))
  const pieces = [...retrieved].sort((a, b) => (a.doc < b.doc ? -1 : a.doc > b.doc ? 1 : a.start - b.start))
  const plants = plantsOf(pieces, new Map(set.documents.map((document) => [document.id, document])), counter)
  const documents = [...set.documents, ...plants.map(({ document }) => document)]
  const ranked = await rankAll(session, set, documents, `${set.name}-all-plants`, options)
  const texts = new Map(documents.map(({ id, content }) => [id, content]))
  const measure = createRedundancyMeter(rememberingCounter(counter))
  const order = new Map(plants.map(({ document }, position) => [document.id, position]))
  const redundancyWith = (planted: number): number => {
    const contexts = ranked.map((chunks) => chunks.filter(({ doc }) => (order.get(doc) ?? -1) < planted).slice(0, TOP))
    const measured = contexts.map((chunks) => measure(packedOf(chunks, texts).bodies))
    const total = measured.reduce((sum, { tokens }) => sum + tokens, 0)
    return total === 0 ? 0 : measured.reduce((sum, { redundant }) => sum + redundant, 0) / total
  }
  let [enough, tooFew] = [plants.length, 0]
  for (let halving = 0; halving < HALVINGS && enough - tooFew > 1; halving += 1) {
    const middle = Math.floor((enough + tooFew) / 2)
    if (redundancyWith(middle) >= share) enough = middle
    else tooFew = middle
  }
  return { plants: plants.slice(0, enough), clean: redundancyWith(0), planted: redundancyWith(enough) }
}

/** Naive's ranking of every question over these documents. */
async function rankAll(
  session: Session,
  set: BudgetSet,
  documents: readonly TextDocument[],
  name: string,
  options: BudgetOptions,
): Promise<readonly (readonly BaselineChunk[])[]> {
  const { corpus, chunks } = chunkCorpus(name, documents, NAIVE.chunks, session.engine.counters.resolve(BENCH_TOKENIZER))
  const { index } = await buildIndex(session, corpus, shapeOf(options, 'document'))
  const rankings: (readonly BaselineChunk[])[] = []
  for (const query of set.queries) rankings.push(await rankBaseline(session, index, query, NAIVE, chunks))
  return rankings
}
