import { invariant } from '../../src/core/errors.ts'
import { describeMachine } from '../machine.ts'
import { percentile } from '../metrics/percentile.ts'
import type { Program } from './program.ts'
import type { IngestRateResult, RateRound } from './result.ts'

/** Read ahead of the first round, so that code and models are loaded and compiled. */
const WARM_UP_INDEX = 'warm-up'

/** What `ration ingest --json` prints, as far as it is read here. */
interface LoadReport {
  readonly documents: Readonly<Record<'new' | 'changed' | 'unchanged' | 'failed', number>>
  readonly chunks: number
  readonly embed_tokens: number
  readonly embedded_chunks: number
  readonly ms: number
}

export interface RateOptions {
  readonly profile: string
  readonly folders: readonly string[]
  readonly rounds: number
}

/** The same folders into a new index each round, then once more into the same. */
export async function measureRate(
  program: Program,
  { profile, folders, rounds }: RateOptions,
  told: () => void,
): Promise<IngestRateResult> {
  const load = async (index: string): Promise<LoadReport> =>
    (await program.command(['ingest', ...folders, '--index', index, '--profile', profile])) as LoadReport
  await load(WARM_UP_INDEX)
  told()
  const measured: RateRound[] = []
  let first: LoadReport | null = null
  for (let round = 1; round <= rounds; round += 1) {
    const loaded = await load(`round-${round}`)
    const again = await load(`round-${round}`)
    invariant(again.documents.new + again.documents.changed === 0, 'what was loaded is unchanged')
    measured.push({
      seconds: loaded.ms / 1000,
      chunks_per_second: (loaded.chunks / loaded.ms) * 1000,
      unchanged_seconds: again.ms / 1000,
      unchanged_times_faster: loaded.ms / again.ms,
    })
    first ??= loaded
    told()
  }
  invariant(first !== null, 'a round was measured')
  return {
    bench: 'ingest-rate',
    profile,
    documents: first.documents.new,
    chunks: first.chunks,
    tokens_per_chunk: first.embed_tokens / first.embedded_chunks,
    rounds: measured,
    median: medianOf(measured),
    machine: describeMachine(),
    versions: await versionsOf(program),
  }
}

export async function versionsOf(program: Program): Promise<Readonly<Record<string, string>>> {
  const { info } = (await program.request('GET', '/openapi.json')) as { readonly info: { readonly version: string } }
  return { ration: info.version }
}

function medianOf(rounds: readonly RateRound[]): RateRound {
  const median = (field: keyof RateRound): number =>
    percentile(
      rounds.map((round) => round[field]),
      50,
    )
  return {
    seconds: median('seconds'),
    chunks_per_second: median('chunks_per_second'),
    unchanged_seconds: median('unchanged_seconds'),
    unchanged_times_faster: median('unchanged_times_faster'),
  }
}
