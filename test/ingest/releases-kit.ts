import { after, type TestContext } from 'node:test'
import { createIngester } from '../../ingest/ingester.ts'
import { createReleases, type ReleaseSettings } from '../../ingest/release/releases.ts'
import type { IngestSettings } from '../../ingest/settings.ts'
import type { GateResult } from '../../src/core/golden/gate.ts'
import type { DocumentId, IndexVersion, VersionRef } from '../../src/core/ids.ts'
import type { Gate } from '../../src/core/ports/gate.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { openRegistry, temporaryDirectory } from '../contract/index-corpus.ts'
import { clock, declaration, forever, INGEST, indexName, openModels, raw, tenant } from './kit.ts'
import { openPool } from './parser-kit.ts'

export const models = openModels()
after(() => models.profiles.close())
const parsers = await openPool()

export const SETTINGS: ReleaseSettings = { catchUpRounds: 20, lockedDocuments: 200, sample: 50, sampleK: 10, sampleRecall: 0.95 }
export const place = { tenant, index: indexName }
export const asIs = { stale: false, drop: false, force: null }
export const quiet = (): void => undefined
export const v = (number: number): IndexVersion => `v${number}` as IndexVersion

/** Stands in for the golden questions: passes unless it is told why not. */
export function gateOf(failures: string[] = []): Gate {
  const figures = { version: v(2), evidence: 0.5, passageRecall: 0.5, questions: 1 }
  const result: Omit<GateResult, 'passed'> = {
    ...{ failures, figures, live: null, baseline: null, measure: { budgetTokens: 1, k: 1 } },
    ...{ stale: 0, golden: 'g', config: 'c', ranAt: 'now' },
  }
  const refuse = () => Promise.reject(new Error('not asked here'))
  return { attach: refuse, pin: refuse, run: () => Promise.resolve({ ...result, passed: failures.length === 0 }) }
}

export async function* each(documents: Iterable<RawDocument>): AsyncGenerator<RawDocument> {
  for (const document of documents) yield await Promise.resolve(document)
}

export const page = (name: string) =>
  raw(`${name}.md`, `# ${name}\n\nAll there is to say about ${name} and its ${name}ness.\n\n## Part\n\n- one ${name}\n- two`)

export async function open(
  context: TestContext,
  {
    settings = SETTINGS,
    gate = gateOf(),
    ingest: ingesting = INGEST,
  }: { settings?: ReleaseSettings; gate?: Gate; ingest?: IngestSettings } = {},
) {
  const indexes = await openRegistry(context, await temporaryDirectory(context))
  const { passages } = await models.profiles.open('fast')
  await indexes.create(tenant, declaration(), passages, forever)
  const ports = { indexes, profiles: models.profiles, counters: models.counters, clock, gate }
  const ingester = createIngester(ingesting, { ...ports, parsers })
  const ingest = (names: Iterable<string>, source = each([...names].map(page))) =>
    ingester.ingest(tenant, indexName, source, { document: quiet }, forever)
  const remove = async (name: string) =>
    (await indexes.writer(tenant, indexName, forever)).deleteDocuments([`${name}.md` as DocumentId], forever)
  const names = async (ref: VersionRef = 'current') => {
    const reader = await indexes.pin(tenant, indexName, forever, ref)
    const entries = await reader.entries(forever)
    reader.release()
    return entries.map(({ id }) => id.replace('.md', '')).sort()
  }
  const states = async () => (await indexes.versions(tenant, indexName, forever)).map(({ version, state }) => `${version} ${state}`)
  return { indexes, releases: createReleases(settings, ingesting, ports), ingest, remove, names, states }
}
