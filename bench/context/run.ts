import type { CommandTools } from '../../src/core/ports/command.ts'
import { buildIndex, type IndexShape } from '../build-index.ts'
import { describeMachine } from '../machine.ts'
import { withSession } from '../session.ts'
import type { EvidenceSet } from './evidence-set.ts'
import { measureContext } from './measure.ts'
import type { ContextFigures, ContextResult } from './result.ts'
import { overridesOf, type Variant } from './variants.ts'

export interface ContextOptions {
  readonly shape: IndexShape
  readonly budgets: readonly number[]
  readonly variants: readonly Variant[]
  readonly limit: number
  readonly cache: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** Every variant is an engine of its own over the same indexes: what is compared is a configuration, as an operator would set it. */
export async function runContext(tools: CommandTools, sets: readonly EvidenceSet[], options: ContextOptions): Promise<ContextResult> {
  const { profile, unit } = options.shape
  const datasets = sets.map(({ corpus, queries }) => ({
    dataset: corpus.name,
    queries: Math.min(queries.length, options.limit),
    chunks: 0,
    variants: [] as ContextFigures[],
  }))
  let versions: Readonly<Record<string, string>> = {}
  for (const variant of options.variants) {
    await withSession(tools, options.cache, { ...options.settings, ...overridesOf(variant) }, async (session) => {
      versions = session.engine.versions
      for (const [order, row] of datasets.entries()) {
        const set = sets[order]
        if (set === undefined) continue
        const { index, figures } = await buildIndex(session, set.corpus, options.shape)
        row.chunks = figures.chunks
        const queries = set.queries.slice(0, options.limit)
        for (const budget of options.budgets) row.variants.push(await measureContext(session, index, set, queries, budget, variant))
      }
    })
  }
  for (const { variants } of datasets) variants.sort((a, b) => a.budget - b.budget)
  return { bench: 'context', profile, unit, datasets, versions, machine: describeMachine() }
}
