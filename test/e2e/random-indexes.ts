import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { loadConfig } from '../../src/config/load.ts'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import type { Engine } from '../../src/core/ports/engine.ts'
import type { Encoding } from '../../src/core/types.ts'
import { createLog } from '../../src/observe/log.ts'
import { openEngine } from '../../src/services.ts'
import { randomCorpus } from './corpora.ts'

export const TENANT = 'default' as TenantId
export const limits = () => ({ signal: new AbortController().signal, deadline: performance.now() + 600_000 })
export const nameOf = (seed: number) => `random-${seed}` as IndexName

export interface RandomIndex {
  readonly seed: number
  readonly documents: number
  readonly encodings: readonly Encoding[]
}

/** An engine over random corpora, one index each, with the real static encoder; `close` takes its directory along. */
export async function openRandomIndexes(indexes: readonly RandomIndex[], overrides: Readonly<Record<string, unknown>>) {
  const { config } = loadConfig({ file: null, overrides, environment: {} })
  const directory = await mkdtemp(join(tmpdir(), 'ration-contract-'))
  const engine: Engine = await openEngine(config, { directory, log: createLog({ level: 'silent', queries: false }, 'stderr') })
  const { queries } = await engine.profiles.open('fast')
  for (const { seed, documents, encodings } of indexes) {
    const name = nameOf(seed)
    const declaration = { name, profile: 'fast', language: 'English', encodings, fields: { even: 'boolean' }, unit: 'chunk' } as const
    await engine.indexes.create(TENANT, declaration, queries, limits())
    const report = await engine.ingester.ingest(
      TENANT,
      name,
      stream(randomCorpus(seed, documents)),
      { document: () => undefined },
      limits(),
    )
    assert.equal(report.documents.new, documents)
  }
  return {
    config,
    engine,
    async close() {
      await engine.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function* stream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}
