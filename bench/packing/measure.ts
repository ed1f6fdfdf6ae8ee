import { clusterTexts } from '../../src/core/packing/clusters.ts'
import { select } from '../../src/core/packing/select.ts'
import { percentile } from '../metrics/percentile.ts'
import type { PackingFigures } from './result.ts'
import { draw, rulesOf } from './synthetic.ts'

export interface PackingShape {
  readonly candidates: number
  readonly variants: number
  readonly tokens: number
  readonly runs: number
}

const CLUSTERS = { jaccard: 0.8, minWords: 6 }
/** Different instances; more than these are measured again. */
const INSTANCES = 10

/** Times packings of synthetic candidates; every run packs another instance than the one before. */
export function measurePacking({ candidates, variants, tokens, runs }: PackingShape): PackingFigures {
  const clusterTimes: number[] = []
  const instances = Array.from({ length: INSTANCES }, (_, seed) => {
    const drawn = draw(candidates, variants, seed)
    return drawn.passages(timed(() => clusterTexts(drawn.texts, CLUSTERS), clusterTimes))
  })
  const rules = rulesOf(tokens)
  const selections = instances.map((passages) => select(passages, rules))
  const times: number[] = []
  for (let run = 0; run < runs; run++) timed(() => select(instances[run % INSTANCES] ?? [], rules), times)
  const p50 = percentile(times, 50)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    candidates,
    variants,
    budget_tokens: tokens,
    ms: { p50, p95: percentile(times, 95) },
    us_per_candidate: (1000 * p50) / candidates,
    cluster_ms: percentile(clusterTimes, 50),
    packed: mean(selections.map(({ chosen }) => chosen.length)),
    steps: mean(selections.map(({ steps }) => steps.length)),
  }
}

function timed<Result>(work: () => Result, times: number[]): Result {
  const start = performance.now()
  const result = work()
  times.push(performance.now() - start)
  return result
}
