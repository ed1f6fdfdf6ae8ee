import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IndexName } from '../../src/core/ids.ts'
import type { CommandTools } from '../../src/core/ports/command.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { streamOf } from '../markdown-folder.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, withSession } from '../session.ts'
import type { NearResult } from './result.ts'

/** Ingests the documents with near-duplicates compared and without, by turns, each time into a new index, and takes the fastest of each. */
export async function measureCost(
  tools: CommandTools,
  documents: readonly TextDocument[],
  { profile, rounds }: { readonly profile: string; readonly rounds: number },
): Promise<NonNullable<NearResult['cost']>> {
  const timed = { with: Infinity, without: Infinity }
  let chunks = 0
  // The first round warms the machine and is thrown away.
  for (let round = 0; round <= rounds; round++) {
    for (const how of ['without', 'with'] as const) {
      const figures = await ingestOnce(tools, documents, profile, how === 'with' ? {} : { 'duplicates.max_texts': 0 })
      chunks = figures.chunks
      if (round > 0) timed[how] = Math.min(timed[how], figures.seconds)
    }
  }
  const share = (timed.with - timed.without) / timed.with
  const shape = { profile, documents: documents.length, chunks, rounds }
  return { ...shape, with_s: timed.with, without_s: timed.without, share, chunks_per_s: chunks / timed.with }
}

/** In an engine that has encoded something before, so that loading the model costs neither way anything. */
async function ingestOnce(
  tools: CommandTools,
  documents: readonly TextDocument[],
  profile: string,
  overrides: Readonly<Record<string, unknown>>,
): Promise<{ readonly seconds: number; readonly chunks: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-near-'))
  try {
    return await withSession(tools, directory, overrides, async ({ engine, limits }) => {
      const { passages } = await engine.profiles.open(profile)
      await passages.embed(['warm'], 'passage', limits(INGEST_DEADLINE_MS))
      const declaration = {
        name: 'near' as IndexName,
        profile,
        language: 'English',
        unit: 'chunk',
        encodings: ['o200k_base'],
        fields: {},
      } as const
      await engine.indexes.create(BENCH_TENANT, declaration, passages, limits(INGEST_DEADLINE_MS))
      const events = { document: () => undefined }
      const { ms, chunks } = await engine.ingester.ingest(
        BENCH_TENANT,
        declaration.name,
        streamOf(documents),
        events,
        limits(INGEST_DEADLINE_MS),
      )
      return { seconds: ms / 1000, chunks }
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
