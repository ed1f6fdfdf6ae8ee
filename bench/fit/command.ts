import { AppError } from '../../src/core/errors.ts'
import { EVIDENCE_SCORERS, type EvidenceModel, type EvidenceScorer, type EvidenceWeights } from '../../src/core/evidence/model.ts'
import type { Command } from '../../src/core/ports/command.ts'
import { listOption, numberOption, textOption } from '../arguments.ts'
import { readBudgetSet } from '../budget/evidence-set.ts'
import { buildIndex } from '../build-index.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { openDataset } from '../dataset.ts'
import { inOrder } from '../in-order.ts'
import { writeJsonFile } from '../json-file.ts'
import { withSession, type Session } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { fitTables } from '../tables/fit-table.ts'
import { show } from '../tables/show.ts'
import { inHalf } from '../tune/observe.ts'
import { fitWeights, setFigures, type ObservedUnits } from './fit.ts'
import { observeUnits } from './observe.ts'
import type { FitResult } from './result.ts'

export const fitCommand: Command = {
  name: 'fit',
  summary: 'Fit what a sentence is worth (models/evidence-v0) to questions whose evidence is known',
  arguments: [],
  options: [
    {
      flags: '--dataset <folder=weight,...>',
      description: 'folders in BEIR layout with their evidence; a weight of 1 where none is given',
    },
    { flags: '--limit <queries>', description: 'only the first questions of each half of each set' },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: [
    'ration bench fit --dataset ../shared/data/chunking_eval=10,../shared/data/clapnq_dev --profile fast --out models/evidence-v0/fast.json',
  ],
  async run({ options }, tools) {
    const datasets = listOption(options, 'dataset').map(weighted)
    if (datasets.length === 0) throw new AppError('invalid_request', 'name at least one folder: --dataset <folder>')
    const asked = {
      profile: textOption(options, 'profile') ?? 'standard',
      language: textOption(options, 'language') ?? 'English',
      limit: numberOption(options, 'limit', { min: 1, max: 200_000 }, 200_000),
    }
    const result = await withSession(tools, textOption(options, 'cache') ?? '.bench', settingsOption(options), (session) =>
      fitAll(session, datasets, asked),
    )
    const out = textOption(options, 'out')
    if (out !== null) await writeJsonFile(out, result)
    show(tools.terminal, result, fitTables(result))
    return 0
  },
}

interface WeightedFolder {
  readonly folder: string
  readonly weight: number
}

interface Asked {
  readonly profile: string
  readonly language: string
  readonly limit: number
}

function weighted(part: string): WeightedFolder {
  const at = part.lastIndexOf('=')
  if (at === -1) return { folder: part, weight: 1 }
  const weight = Number(part.slice(at + 1))
  if (weight > 0 && weight <= 1000) return { folder: part.slice(0, at), weight }
  throw new AppError('invalid_request', `--dataset ${part}: the weight must be above 0 and at most 1000`, {
    option: 'dataset',
    value: part,
  })
}

async function fitAll(session: Session, datasets: readonly WeightedFolder[], asked: Asked): Promise<FitResult> {
  const { engine } = session
  const { queries } = await engine.profiles.open(asked.profile)
  const scorers: [EvidenceScorer, EvidenceWeights][] = []
  const figures: FitResult['figures'][number][] = []
  for (const scorer of EVIDENCE_SCORERS) {
    const sets = await inOrder(datasets, (dataset) => observeSet(session, dataset, asked, scorer))
    const weights = fitWeights(sets)
    scorers.push([scorer, weights])
    for (const { dataset, dev, test } of sets) {
      figures.push(
        { scorer, half: 'dev', ...setFigures(dataset, dev, weights) },
        { scorer, half: 'test', ...setFigures(dataset, test, weights) },
      )
    }
  }
  return {
    name: `evidence-v0/${asked.profile}`,
    embedder: queries.fingerprint,
    scorers: Object.fromEntries(scorers) as EvidenceModel['scorers'],
    bench: 'fit',
    profile: asked.profile,
    figures,
    versions: engine.versions,
  }
}

async function observeSet(
  session: Session,
  { folder, weight }: WeightedFolder,
  asked: Asked,
  scorer: EvidenceScorer,
): Promise<ObservedUnits> {
  const counter = { name: 'characters', exact: false, count: (text: string) => text.length }
  const { name, corpus, queries } = await readBudgetSet(folder, counter)
  const { qrels } = await openDataset(folder)
  const { index } = await buildIndex(session, corpus, { profile: asked.profile, unit: 'chunk', language: asked.language })
  const relevantTo = (query: string): ReadonlySet<string> =>
    new Set([...(qrels.get(query) ?? [])].filter(([, grade]) => grade > 0).map(([doc]) => doc))
  const observe = (half: 'dev' | 'test') => {
    const questions = queries.filter(({ id }) => inHalf(id, half)).slice(0, asked.limit)
    return observeUnits(
      session,
      index,
      questions.map((question) => ({ ...question, relevant: relevantTo(question.id) })),
      scorer,
    )
  }
  return { dataset: name, weight, dev: await observe('dev'), test: await observe('test') }
}
