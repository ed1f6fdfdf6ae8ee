import { buildIndex } from '../build-index.ts'
import { createPrng } from '../prng.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import { arrivalTimes, type Arrivals } from './arrivals.ts'
import { saturationRate } from './closed-loop.ts'
import { grow } from './grow.ts'
import { openLoop, type OpenLoopRound } from './open-loop.ts'
import type { LatencyFigures } from './result.ts'
import type { TextSource } from './source.ts'
import { ratioOf, summariseLoad, summariseStages } from './summarise.ts'
import { openSystems, type Systems } from './systems.ts'

export interface LatencyOptions {
  readonly profile: string
  readonly language: string
  readonly k: number
  /** Seconds of load for each system. */
  readonly seconds: number
  /** Arrivals a second; null is half of what saturates the full path. */
  readonly rate: number | null
  readonly arrivals: Arrivals
}

const IN_FLIGHT = 4
const ROUNDS = 5
const WARM_UP_REQUESTS = 50
/** Share of `seconds` spent on finding the saturation rate. */
const SATURATION_SHARE = 0.25

/** Full query path and raw calls in turns over one index of about `chunks` chunks. */
export async function runLatency(session: Session, source: TextSource, chunks: number, options: LatencyOptions): Promise<LatencyFigures> {
  const { engine, limits } = session
  const count = async (name: Parameters<typeof engine.indexes.status>[1]) =>
    (await engine.indexes.status(BENCH_TENANT, name, limits(QUERY_DEADLINE_MS))).counts.chunks
  const corpus = {
    name: `latency-${chunks}`,
    hash: `${source.hash}-${chunks}`,
    documents: null,
    read: (name: Parameters<typeof count>[0]) => grow(source.documents, chunks, () => count(name)),
  }
  const { index, figures } = await buildIndex(session, corpus, { profile: options.profile, unit: 'chunk', language: options.language })
  const { counts } = await engine.indexes.status(BENCH_TENANT, index, limits(INGEST_DEADLINE_MS))
  const systems = await openSystems(session, index, source.queries, options)
  try {
    const load = await measure(session, systems, options)
    return { ...counts, k: options.k, tokens_per_chunk: figures.tokens_per_chunk, ...load }
  } finally {
    systems.close()
  }
}

async function measure({ engine: { clock }, limits, terminal }: Session, systems: Systems, options: LatencyOptions) {
  for (let order = 0; order < WARM_UP_REQUESTS; order += 1) await Promise.all([systems.full(order), systems.raw(order)])
  const saturation = await saturationRate(systems.full, IN_FLIGHT, options.seconds * SATURATION_SHARE, clock)
  const rate = options.rate ?? saturation / 2
  const rounds: { full: OpenLoopRound[]; raw: OpenLoopRound[] } = { full: [], raw: [] }
  const random = createPrng(7)
  const { signal } = limits(QUERY_DEADLINE_MS)
  systems.forgetStages()
  const progress = terminal.progress(`load at ${rate.toFixed(0)} requests/s`, 2 * ROUNDS)
  for (let round = 0; round < ROUNDS; round += 1) {
    const times = arrivalTimes(options.arrivals, rate, options.seconds / ROUNDS, random)
    // Who goes first changes, so that what drifts on the machine drifts for both.
    const turns = round % 2 === 0 ? (['full', 'raw'] as const) : (['raw', 'full'] as const)
    for (const system of turns) {
      rounds[system].push(await openLoop(systems[system], times, { clock, signal }))
      progress.advance(1)
    }
  }
  progress.stop()
  const [full, raw] = [summariseLoad(rounds.full), summariseLoad(rounds.raw)]
  return {
    saturation_rate: saturation,
    rate,
    arrivals: options.arrivals,
    rounds: ROUNDS,
    full,
    raw,
    stages: summariseStages(systems.stages),
    ratio: ratioOf(full.ms, raw.ms),
    added_p95_ms: full.ms.p95 - raw.ms.p95,
  }
}
