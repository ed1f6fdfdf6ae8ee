import assert from 'node:assert/strict'
import fs from 'node:fs'
import { cp, readFile, readdir } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { IndexVersion } from '../../src/core/ids.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { namedBuilds, readIndexFile } from '../../indexes/index-file.ts'
import { clock, docs, failedChecks, openRegistry, settings, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'
import { build, documentsOf, withDocuments } from '../contract/index-versions.ts'

type Registry = Awaited<ReturnType<typeof createIndexRegistry>>

/** What changes a disk or forces something onto it. */
const STEPS = ['writeFile', 'rename', 'open', 'unlink', 'rm', 'mkdir'] as const
const versions = { ...settings().versions, keepPublished: 1, keepUnpublished: 1 }

/**
 * Runs `work` so that its step `at` and all after it fail, as if the process had died there. Gives back how many steps there were, or null
 * where it died.
 */
async function dyingAt(at: number, work: () => Promise<unknown>): Promise<number | null> {
  const real = { ...fs.promises }
  let steps = 0
  const died = (): boolean => steps > at
  for (const name of STEPS) {
    const original = real[name] as (...given: unknown[]) => Promise<unknown>
    Object.assign(fs.promises, {
      [name]: async (...given: unknown[]) => {
        steps++
        if (died()) throw Object.assign(new Error('the process died'), { code: 'EIO' })
        return await original(...given)
      },
    })
  }
  syncBuiltinESMExports()
  try {
    await work().catch((error: unknown) => {
      if (!died()) throw error
    })
  } finally {
    Object.assign(fs.promises, real)
    syncBuiltinESMExports()
  }
  return died() ? null : steps
}

/** The directory as it is now. Files that a removal takes away meanwhile make copying fail: it is begun again. */
async function copied(context: TestContext, directory: string): Promise<string> {
  for (;;) {
    const left = await temporaryDirectory(context)
    try {
      await cp(directory, left, { recursive: true })
      return left
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** What a new process makes of the directory as it is now. */
async function reopened(context: TestContext, directory: string): Promise<{ registry: Registry; left: string; current: string }> {
  const left = await copied(context, directory)
  const registry = await openRegistry(context, left, { versions })
  return { registry, left, current: (await registry.status(tenant, docs, unlimited())).version }
}

async function assertWhole(registry: Registry, left: string): Promise<void> {
  assert.deepEqual(await failedChecks(registry), [])
  assert.deepEqual(await documentsOf(registry), ['a', 'b'])
  const file = await readIndexFile(path.join(left, tenant, docs))
  assert.ok(file)
  const builds = await readdir(path.join(left, tenant, docs, 'versions'))
  assert.deepEqual(builds.sort(), [...namedBuilds(file)].sort(), 'what the index names is there, and nothing else')
}

/** Tries every `stride`th step of `work` as its last, each on a fresh index of three versions, the third not published. */
async function killedEverywhere(context: TestContext, work: (registry: Registry) => Promise<unknown>, stride = 1): Promise<string[]> {
  const base = await temporaryDirectory(context)
  const first = await createIndexRegistry(settings({ versions }), { directory: base, clock })
  await withDocuments(first, 'a', 'b')
  await build(first, 'a', 'b')
  await publish(first, 2)
  await build(first, 'a', 'b')
  await first.close()
  const outcomes: string[] = []
  for (let at = 0; ; at += stride) {
    const directory = await temporaryDirectory(context)
    await cp(base, directory, { recursive: true })
    const registry = await createIndexRegistry(settings({ versions }), { directory, clock })
    await documentsOf(registry)
    const steps = await dyingAt(at, () => work(registry))
    const { registry: next, left, current } = await reopened(context, directory)
    await assertWhole(next, left)
    outcomes.push(current)
    await registry.close()
    if (steps !== null) return outcomes
  }
}

const publish = (registry: Registry, number: number): Promise<void> =>
  registry.publish(
    tenant,
    docs,
    `v${number}` as IndexVersion,
    { stale: false, forced: null, rollback: false },
    () => Promise.resolve(),
    unlimited(),
  )

test('killed at any step of a publication, the index has the old or the new version, whole, and no data that nobody names', async (context) => {
  const outcomes = await killedEverywhere(context, (registry) => publish(registry, 3))
  const moved = outcomes.indexOf('v3')
  assert.ok(moved > 0, 'the first steps change nothing')
  assert.deepEqual(new Set(outcomes.slice(0, moved)), new Set(['v2']))
  assert.deepEqual(new Set(outcomes.slice(moved)), new Set(['v3']), 'once it is published it stays published')
})

test('killed at any step of a build, nothing of it is left, or all', async (context) => {
  const outcomes = await killedEverywhere(context, (registry) => build(registry, 'a', 'b'), 29)
  assert.deepEqual(new Set(outcomes), new Set(['v2']))
})

test('a publication that fails behind its rename has happened, and the process knows', async (context) => {
  const directory = await temporaryDirectory(context)
  const registry = await openRegistry(context, directory)
  await withDocuments(registry, 'a', 'b')
  await build(registry, 'a', 'b')
  const file = path.join(directory, tenant, docs, 'index.json')
  for (let at = 0; ; at++) {
    const steps = await dyingAt(at, () => publish(registry, 2))
    const { version } = await registry.status(tenant, docs, unlimited())
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as { current: string }).current, version, `step ${at}`)
    if (steps !== null || version === 'v2') break
  }
  assert.deepEqual(await documentsOf(registry), ['a', 'b'])
})

test('an index that was being deleted with several versions is gone at the next start, its golden set with it', async (context) => {
  const directory = await temporaryDirectory(context)
  for (let at = 0; ; at += 3) {
    const registry = await createIndexRegistry(settings({ versions }), { directory, clock })
    await withDocuments(registry, 'a', 'b')
    await build(registry, 'a', 'b')
    await registry.attachGolden(tenant, docs, [{ question: 'q', passages: [] }], unlimited())
    const steps = await dyingAt(at, () => registry.delete(tenant, docs, unlimited()))
    const left = await copied(context, directory)
    const next = await openRegistry(context, left)
    const there = (await next.everywhere()).length === 1
    if (there) assert.deepEqual(await documentsOf(next), ['a', 'b'], `step ${at}`)
    else {
      const names = await readdir(path.join(left, tenant, docs), { recursive: true })
      assert.deepEqual(
        names.filter((name) => name.startsWith(`versions${path.sep}`) || name === 'golden.json'),
        [],
        `step ${at}`,
      )
    }
    await registry.close()
    if (steps !== null) return
    const again = await createIndexRegistry(settings({ versions }), { directory, clock })
    await again.delete(tenant, docs, unlimited()).catch(() => undefined)
    await again.close()
  }
})
