import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createIndexRegistry } from '../../indexes/registry.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  settings,
  temporaryDirectory,
  tenant,
  unlimited,
} from '../contract/index-corpus.ts'
import { random } from '../kill/content.ts'
import { Oracle } from '../kill/oracle.ts'
import { Disk, type Fate } from './disk.ts'

const CUTS = Number(process.env['RATION_POWER_CUTS'] ?? 60)
const FATES: readonly Fate[] = ['anything', 'nothing', 'anything', 'everything', 'anything']

interface Cut {
  readonly directory: string
  readonly oracle: Oracle
  readonly created: boolean
}

/** Writes, replaces, deletes and optimises until `stop`, telling the oracle what it asks for and what was acknowledged. */
async function write(directory: string, oracle: Oracle, next: () => number, state: { created: boolean; going: boolean }): Promise<void> {
  const registry = await createIndexRegistry(settings({ keptRevisions: 2 }), { directory: path.join(directory, 'indexes'), clock })
  await registry.create(tenant, declaration(), embedder, unlimited())
  state.created = true
  const writer = await registry.writer(tenant, docs, unlimited())
  for (let writing = 1; state.going; writing++) {
    const ids = [...new Set(Array.from({ length: 1 + Math.floor(next() * 4) }, () => `d${Math.floor(next() * 12)}`))]
    const kind = next()
    if (kind < 0.15) await writer.optimize(unlimited())
    else if (kind < 0.35) {
      for (const id of ids) oracle.sent(id, null)
      await writer.deleteDocuments(ids as DocumentId[], unlimited())
      for (const id of ids) oracle.acknowledged(id, null)
    } else {
      const batch = ids.map((id) => makeDocument(id, [`writing${writing}`, `more of ${id}`], { hash: String(writing) }))
      for (const id of ids) oracle.sent(id, writing)
      await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
      for (const id of ids) oracle.acknowledged(id, writing)
    }
  }
  await registry.close()
}

async function checkCut({ directory, oracle, created }: Cut, seed: string): Promise<readonly string[]> {
  const warnings: string[] = []
  const registry = await createIndexRegistry(settings(), {
    directory: path.join(directory, 'indexes'),
    clock,
    log: { warn: (event) => warnings.push(event) },
  })
  try {
    const exists = (await registry.list(tenant, unlimited())).length === 1
    assert.ok(exists || !created, `${seed}: the index is gone`)
    if (!exists) return warnings
    assert.deepEqual(await failedChecks(registry), [], seed)
    const reader = await registry.pin(tenant, docs, unlimited())
    const stored = await reader.documents({ after: null, limit: 100 }, unlimited())
    const standing = stored.map(({ id, contentHash }) => ({ id, content: Number(contentHash) }))
    const { lost, phantom, duplicated, wrong } = oracle.compare(standing, () => true)
    assert.deepEqual([...lost, ...phantom, ...duplicated, ...wrong], [], `${seed} ${warnings.join(' ')}`)
    for (const { id, contentHash } of stored) {
      const hits = await reader.lexical(`writing${contentHash}`, 50, null, [id], unlimited())
      assert.equal(hits.length, 1, `${seed}: ${id} is not found by its words`)
    }
    reader.release()
    // What was opened can be written to.
    const writer = await registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('after', ['the cut'], { hash: '0' })], embedder.fingerprint, unlimited())
    await writer.optimize(unlimited())
    assert.deepEqual(await failedChecks(registry), [], seed)
    return warnings
  } finally {
    await registry.close()
  }
}

test(`${CUTS} power cuts at random moments: every index opens, nothing acknowledged is lost`, async (context) => {
  const seed = Number(process.env['RATION_POWER_SEED'] ?? Math.floor(Math.random() * 1_000_000))
  const next = random(seed)
  const home = await temporaryDirectory(context)
  const cuts: Cut[] = []
  const flushes: number[] = []
  for (let run = 0; cuts.length < CUTS; run++) {
    const directory = path.join(home, `run${run}`)
    await mkdir(directory)
    const watched = await Disk.watch(directory)
    const { disk } = watched
    const oracle = new Oracle()
    const state = { created: false, going: true }
    const writing = write(directory, oracle, random(seed + run), state)
    for (let count = 0; count < 12 && cuts.length < CUTS; count++) {
      await sleep(next() * 60)
      const image = path.join(home, `cut${cuts.length}`)
      // One turn of the event loop: what is acknowledged after the cut is not known to the oracle of the cut.
      disk.cut(image, FATES[cuts.length % FATES.length] ?? 'anything', next)
      cuts.push({ directory: image, oracle: oracle.copy(), created: state.created })
    }
    state.going = false
    await writing
    watched.stop()
    flushes.push(disk.flushes)
  }
  const warnings = new Map<string, number>()
  for (const [index, cut] of cuts.entries()) {
    for (const event of await checkCut(cut, `seed ${seed}, cut ${index}`)) warnings.set(event, (warnings.get(event) ?? 0) + 1)
  }
  context.diagnostic(`${cuts.length} cuts, ${flushes.reduce((sum, count) => sum + count, 0)} flushes; ${JSON.stringify([...warnings])}`)
})
