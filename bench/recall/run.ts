import { join } from 'node:path'
import { buildIndex } from '../build-index.ts'
import { readCorpus, type Dataset } from '../dataset.ts'
import { writeTextFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import type { Scores } from '../metrics/score-query.ts'
import type { Session } from '../session.ts'
import { formatRun } from '../trec.ts'
import type { RecallOptions } from './options.ts'
import { labelQueries, rankQueries, type RankedQuery } from './rank-queries.ts'
import type { RecallResult, SystemFigures } from './result.ts'
import { differencesOf, scoreRun, summariseSystem } from './summarise.ts'
import { needsReranker, overridesOf, type System } from './systems.ts'

/** Ingests one data set (or finds it ingested), asks every system every query, and says how well they did. */
export async function runRecall(session: Session, dataset: Dataset, options: RecallOptions): Promise<RecallResult> {
  const corpus = { name: dataset.name, hash: dataset.corpusHash, documents: dataset.documents, read: () => readCorpus(dataset.folder) }
  const { index, figures } = await buildIndex(session, corpus, options)
  const queries = dataset.queries.slice(0, options.limit)
  const labels = await labelQueries(session, index, queries)
  const systems: Record<string, SystemFigures> = {}
  const scored: [System, readonly Scores[]][] = []
  for (const system of await availableSystems(session, options)) {
    const task = { index, queries, classify: options.intent, depth: options.depth, overrides: overridesOf(system, options.hierarchy) }
    const ranked = await rankQueries(session, { ...task, label: `${dataset.name} ${system}` })
    const scores = scoreRun(dataset, queries, ranked, options.ks)
    systems[system] = summariseSystem(ranked, scores, labels, options.perQuery ? queries : null)
    scored.push([system, scores])
    if (options.runs !== null) await writeRun(options.runs, dataset, system, ranked)
  }
  return {
    bench: 'recall',
    dataset: dataset.name,
    corpus: dataset.corpusHash,
    profile: options.profile,
    unit: options.unit,
    hierarchy: options.hierarchy,
    intent: options.intent,
    queries: queries.length,
    systems,
    differences: differencesOf(scored),
    versions: session.engine.versions,
    ingest: figures,
    machine: describeMachine(),
  }
}

/** Without a reranker in the profile there is nothing to compare, and that is said. */
async function availableSystems({ engine, terminal }: Session, options: RecallOptions): Promise<readonly System[]> {
  const { reranker } = await engine.profiles.open(options.profile)
  if (reranker !== null) return options.systems
  const left = options.systems.filter((system) => !needsReranker(system))
  if (left.length < options.systems.length) terminal.warn(`profile ${options.profile} has no reranker: rerank and auto are left out`)
  return left
}

async function writeRun(folder: string, dataset: Dataset, system: System, ranked: readonly RankedQuery[]): Promise<void> {
  const run = new Map(ranked.map(({ documents }, index) => [dataset.queries[index]?.id ?? '', documents]))
  await writeTextFile(join(folder, `${dataset.name}.${system}.run`), formatRun(run, `ration-${system}`))
}
