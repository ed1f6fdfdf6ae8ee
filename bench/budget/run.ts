import type { CommandTools } from '../../src/core/ports/command.ts'
import { AppError } from '../../src/core/errors.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { buildIndex, type IndexShape } from '../build-index.ts'
import { describeMachine } from '../machine.ts'
import { withSession, type Session } from '../session.ts'
import { inHalf, type Half } from '../tune/observe.ts'
import { chunkCorpus } from './chunk-corpus.ts'
import { readBudgetSet, type BudgetSet } from './evidence-set.ts'
import { differencesOf, figuresOf, topTenOf } from './figures.ts'
import { createJudge } from './judge.ts'
import { measureBaseline, measureRation, type Measured, type Task } from './measure.ts'
import type { BudgetResult } from './result.ts'
import { ABLATIONS, BASELINES, isBaseline, RATION } from './systems.ts'

export interface BudgetOptions {
  readonly profile: string
  readonly language: string
  readonly half: Half
  readonly limit: number
  readonly budgets: readonly number[]
  readonly systems: readonly string[]
  readonly perQuery: boolean
  readonly cache: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** Every system over the same documents, the same questions and the same models. Ablations are engines of their own, as an operator would set them. */
export async function runBudget(tools: CommandTools, folder: string, options: BudgetOptions): Promise<BudgetResult> {
  const measured = new Map<string, Measured>()
  const leftOut: Record<string, string> = {}
  const { set, versions } = await withSession(tools, options.cache, options.settings, async (session) => {
    const asked = await readAsked(session, folder, options)
    for (const system of options.systems) {
      if (isBaseline(system)) measured.set(system, await runBaseline(session, asked, system, options))
      if (system === RATION) measured.set(system, await runRation(session, asked, system, options))
    }
    return { set: asked, versions: session.engine.versions }
  })
  for (const [system, overrides] of Object.entries(ABLATIONS).filter(([name]) => options.systems.includes(name))) {
    const run = (session: Session) => runRation(session, set, system, options)
    const figures = await withSession(tools, options.cache, { ...options.settings, ...overrides }, run).catch(unknownSetting)
    if (!(figures instanceof AppError)) measured.set(system, figures)
    else tools.terminal.warn(`${system} is left out: ${(leftOut[system] = figures.message)}`)
  }
  return resultOf(set, measured, leftOut, options, versions)
}

async function readAsked({ engine }: Session, folder: string, { half, limit }: BudgetOptions): Promise<BudgetSet> {
  const set = await readBudgetSet(folder, engine.counters.resolve(BENCH_TOKENIZER))
  return { ...set, queries: set.queries.filter(({ id }) => inHalf(id, half)).slice(0, limit) }
}

/** A part that this version of Ration cannot switch off is said, not failed on. */
function unknownSetting(cause: unknown): AppError {
  if (cause instanceof AppError && cause.code === 'invalid_config') return cause
  throw cause
}

async function runBaseline(session: Session, set: BudgetSet, name: keyof typeof BASELINES, options: BudgetOptions): Promise<Measured> {
  const baseline = BASELINES[name]
  const { corpus, chunks } = chunkCorpus(set.name, set.documents, baseline.chunks, session.engine.counters.resolve(BENCH_TOKENIZER))
  const { index } = await buildIndex(session, corpus, shapeOf(options, 'document'))
  return measureBaseline(session, taskOf(session, set, name, index, options), baseline, chunks)
}

async function runRation(session: Session, set: BudgetSet, name: string, options: BudgetOptions): Promise<Measured> {
  const { index } = await buildIndex(session, set.corpus, shapeOf(options, 'chunk'))
  return measureRation(session, taskOf(session, set, name, index, options))
}

const shapeOf = ({ profile, language }: BudgetOptions, unit: IndexShape['unit']): IndexShape => ({ profile, language, unit })

const taskOf = (session: Session, set: BudgetSet, name: string, index: Task['index'], { budgets }: BudgetOptions): Task => ({
  label: `${set.name} ${name}`,
  index,
  queries: set.queries,
  budgets,
  texts: new Map(set.documents.map(({ id, content }) => [id, content])),
  judge: createJudge(set.kind, session.engine.counters.resolve(BENCH_TOKENIZER)),
})

function resultOf(
  set: BudgetSet,
  measured: ReadonlyMap<string, Measured>,
  leftOut: Readonly<Record<string, string>>,
  { profile, half, budgets, perQuery, settings }: BudgetOptions,
  versions: Readonly<Record<string, string>>,
): BudgetResult {
  const marks = { naive: topTenOf(measured.get('naive')), hybrid: topTenOf(measured.get('hybrid512')) }
  const ids = perQuery ? set.queries.map(({ id }) => id) : null
  const systems = [...measured].map(([name, rows]) => [name, figuresOf(rows, budgets, marks, ids)] as const)
  const ration = measured.get(RATION)
  const others = ration === undefined ? [] : [...measured].filter(([name]) => name !== RATION)
  return {
    bench: 'budget',
    dataset: set.name,
    profile,
    half,
    evidence: set.kind,
    queries: set.queries.length,
    budgets,
    not_located: set.notLocated,
    systems: Object.fromEntries(systems),
    differences: Object.fromEntries(others.map(([name, rows]) => [name, ration === undefined ? {} : differencesOf(ration, rows, budgets)])),
    left_out: leftOut,
    settings,
    versions,
    machine: describeMachine(),
  }
}
