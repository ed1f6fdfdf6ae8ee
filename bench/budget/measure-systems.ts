import { AppError } from '../../src/core/errors.ts'
import type { CommandTools } from '../../src/core/ports/command.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { buildIndex, type IndexShape } from '../build-index.ts'
import { withSession, type Session } from '../session.ts'
import type { Half } from '../tune/observe.ts'
import { chunkCorpus } from './chunk-corpus.ts'
import type { BudgetSet } from './evidence-set.ts'
import { createJudge } from './judge.ts'
import { measureBaseline, measureRation, type Measured, type Task } from './measure.ts'
import type { Piece } from './piece.ts'
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

export interface MeasuredSystems {
  readonly measured: ReadonlyMap<string, Measured>
  /** Systems that could not be asked, and why. */
  readonly leftOut: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, string>>
}

/**
 * Every system over the same documents, the same questions and the same models. Ablations are engines of their own, as an operator would
 * set them. `origins`: see `createJudge`.
 */
export async function measureSystems(
  tools: CommandTools,
  set: BudgetSet,
  options: BudgetOptions,
  origins?: (piece: Piece) => readonly Piece[],
): Promise<MeasuredSystems> {
  const measured = new Map<string, Measured>()
  const leftOut: Record<string, string> = {}
  const versions = await withSession(tools, options.cache, options.settings, async (session) => {
    for (const system of options.systems) {
      if (isBaseline(system)) measured.set(system, await runBaseline(session, set, system, options, origins))
      if (system === RATION) measured.set(system, await runRation(session, set, system, options, origins))
    }
    return session.engine.versions
  })
  for (const [system, overrides] of Object.entries(ABLATIONS).filter(([name]) => options.systems.includes(name))) {
    const run = (session: Session) => runRation(session, set, system, options, origins)
    const figures = await withSession(tools, options.cache, { ...options.settings, ...overrides }, run).catch(unknownSetting)
    if (!(figures instanceof AppError)) measured.set(system, figures)
    else tools.terminal.warn(`${system} is left out: ${(leftOut[system] = figures.message)}`)
  }
  return { measured, leftOut, versions }
}

/** A part that this version of Ration cannot switch off is said, not failed on. */
function unknownSetting(cause: unknown): AppError {
  if (cause instanceof AppError && cause.code === 'invalid_config') return cause
  throw cause
}

type Origins = ((piece: Piece) => readonly Piece[]) | undefined

async function runBaseline(
  session: Session,
  set: BudgetSet,
  name: keyof typeof BASELINES,
  options: BudgetOptions,
  origins: Origins,
): Promise<Measured> {
  const baseline = BASELINES[name]
  const { corpus, chunks } = chunkCorpus(set.name, set.documents, baseline.chunks, session.engine.counters.resolve(BENCH_TOKENIZER))
  const { index } = await buildIndex(session, corpus, shapeOf(options, 'document'))
  return measureBaseline(session, taskOf(session, set, name, index, options, origins), baseline, chunks)
}

async function runRation(session: Session, set: BudgetSet, name: string, options: BudgetOptions, origins: Origins): Promise<Measured> {
  const { index } = await buildIndex(session, set.corpus, shapeOf(options, 'chunk'))
  return measureRation(session, taskOf(session, set, name, index, options, origins))
}

export const shapeOf = ({ profile, language }: Pick<BudgetOptions, 'profile' | 'language'>, unit: IndexShape['unit']): IndexShape => ({
  profile,
  language,
  unit,
})

const taskOf = (
  session: Session,
  set: BudgetSet,
  name: string,
  index: Task['index'],
  { budgets }: BudgetOptions,
  origins: Origins,
): Task => ({
  label: `${set.name} ${name}`,
  index,
  queries: set.queries,
  budgets,
  texts: new Map(set.documents.map(({ id, content }) => [id, content])),
  judge: createJudge(set.kind, session.engine.counters.resolve(BENCH_TOKENIZER), origins),
})
