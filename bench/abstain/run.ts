import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { IndexName } from '../../src/core/ids.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { buildIndex } from '../build-index.ts'
import { openDataset } from '../dataset.ts'
import { describeMachine } from '../machine.ts'
import { mean } from '../metrics/mean.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, type Session } from '../session.ts'
import { inHalf, type Half } from '../tune/observe.ts'
import { readAbstainSet, type AbstainSet } from './abstain-set.ts'
import { askAll, type Asked } from './ask-all.ts'
import { foreignQuestions } from './foreign.ts'
import { reliabilityOf } from './reliability.ts'
import type { AbstainFigures, AbstainResult } from './result.ts'
import { separationOf } from './separation.ts'

export interface AbstainOptions {
  readonly profile: string
  readonly language: string
  readonly half: Half
  /** Foreign questions an index is asked. */
  readonly questions: number
  /** Own questions of each kind at most. */
  readonly limit: number
  readonly budget: number
  /** What the indexes are calibrated with before: own questions of the development half, or made ones. */
  readonly calibrate: 'own' | 'made'
  readonly settings: Readonly<Record<string, unknown>>
}

interface AskedSet {
  readonly figures: AbstainFigures
  readonly answerable: readonly Asked[]
  readonly foreign: readonly Asked[]
}

/** Every index asked what it can answer, what it only looks able to answer, and what the other sets are about. */
export async function runAbstain(
  session: Session,
  folders: readonly string[],
  others: readonly string[],
  options: AbstainOptions,
): Promise<AbstainResult> {
  const counter = session.engine.counters.resolve(BENCH_TOKENIZER)
  const sets: AbstainSet[] = []
  for (const folder of folders) sets.push(halved(await readAbstainSet(folder, counter), options))
  const strangers: AbstainSet[] = []
  for (const folder of others) strangers.push(halved(await readAbstainSet(folder, counter), options))
  const asked: AskedSet[] = []
  for (const [at, set] of sets.entries())
    asked.push(await askSet(session, { set, folder: folders[at] ?? '' }, [...sets, ...strangers], options))
  const own = asked.flatMap(({ answerable }) => answerable)
  const { profile, half, budget, calibrate, settings } = options
  return {
    bench: 'abstain',
    profile,
    half,
    budget,
    calibrate,
    datasets: asked.map(({ figures }) => figures),
    reliability: { answerable: reliable(own), all: reliable([...own, ...asked.flatMap(({ foreign }) => foreign)]) },
    settings,
    versions: session.engine.versions,
    machine: describeMachine(),
  }
}

const halved = (set: AbstainSet, { half, limit }: AbstainOptions): AbstainSet => ({
  ...set,
  queries: set.queries.filter(({ id }) => inHalf(id, half)).slice(0, limit),
  unanswerable: set.unanswerable.filter(({ id }) => inHalf(id, half)).slice(0, limit),
})

async function askSet(
  session: Session,
  { set, folder }: { readonly set: AbstainSet; readonly folder: string },
  sets: readonly AbstainSet[],
  options: AbstainOptions,
): Promise<AskedSet> {
  const { profile, language, budget } = options
  const { index } = await buildIndex(session, set.evidence.corpus, { profile, language, unit: 'chunk' })
  const calibration = await calibrated(session, index, folder, options)
  const { queries, leftOut, sharedTitles } = foreignQuestions(
    set,
    sets.filter((other) => other !== set),
    options.questions,
  )
  const answerable = await askAll(session, index, set, set.queries, { label: 'answerable', budget, answerable: true })
  const unanswerable = await askAll(session, index, set, set.unanswerable, { label: 'unanswerable', budget, answerable: false })
  const foreign = await askAll(session, index, set, queries, { label: 'foreign', budget, answerable: false })
  const column = (rows: readonly Asked[], of: 'relevance' | 'cosine') => rows.map((row) => row[of])
  const figures: AbstainFigures = {
    dataset: set.name,
    questions: { foreign: foreign.length, answerable: answerable.length, unanswerable: unanswerable.length },
    foreign: abstaining(foreign),
    answerable: abstaining(answerable),
    unanswerable: unanswerable.length === 0 ? null : abstaining(unanswerable),
    unanswerable_confidence: unanswerable.length === 0 ? null : mean(unanswerable.map(({ confidence }) => confidence)),
    calibration: { threshold: calibration.threshold, own: calibration.own, foreign: calibration.foreign },
    separation: {
      relevance: separationOf(column(answerable, 'relevance'), column(foreign, 'relevance')),
      cosine: separationOf(column(answerable, 'cosine'), column(foreign, 'cosine')),
    },
    left_out: leftOut,
    shared_titles: sharedTitles,
    reliability: reliable(answerable),
  }
  return { figures, answerable, foreign }
}

/** With questions that are not asked afterwards, where a half is. */
async function calibrated(session: Session, index: IndexName, folder: string, { calibrate }: AbstainOptions): Promise<IndexCalibration> {
  const { queries, name } = await openDataset(folder)
  const questions = calibrate === 'own' ? queries.filter(({ id }) => inHalf(id, 'dev')).map(({ text }) => text) : []
  const progress = session.terminal.progress(`calibrate ${name}`, null)
  try {
    const request = { tenant: BENCH_TENANT, index, questions, lost: null }
    return await session.engine.calibrator.calibrate(request, () => progress.advance(1), session.limits(INGEST_DEADLINE_MS))
  } finally {
    progress.stop()
  }
}

const abstaining = (rows: readonly Asked[]): number => mean(rows.map(({ abstained }) => Number(abstained)))

/** An answer that abstains claims nothing: it is left out. */
const reliable = (rows: readonly Asked[]) =>
  reliabilityOf(rows.filter(({ abstained }) => !abstained).map(({ confidence, found }) => ({ confidence, correct: found })))
