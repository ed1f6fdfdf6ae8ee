import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { atEnd } from '../e2e/ration.ts'
import { check, drained } from '../kill/check.ts'
import { random, textOf } from '../kill/content.ts'
import { KilledService } from '../kill/service.ts'
import { INDEX, newWorld } from '../kill/traffic.ts'
import { copyDatabase } from '../state/database-fixture.ts'

const MEGABYTE = 1_048_576

/** A file system of its own that is soon full, or why there is none here. */
async function smallDisk(context: TestContext, megabytes: number): Promise<string | null> {
  const place = await mkdtemp(path.join(tmpdir(), 'ration-full-disk-'))
  atEnd(context, () => rm(place, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place], { stdio: 'pipe' })
  } catch (error) {
    context.skip(`no file system can be mounted here: ${String(error).split('\n')[0] ?? ''}`)
    return null
  }
  atEnd(context, () => execFileSync('umount', ['-l', place]))
  return place
}

/** Leaves so many bytes. */
async function fillUp(disk: string, leave: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  const bytes = bavail * bsize - leave
  if (bytes <= 0) return
  await mkdir(path.join(disk, 'ballast'), { recursive: true })
  await writeFile(path.join(disk, 'ballast', randomUUID()), new Uint8Array(bytes)).catch(() => undefined)
}

const makeRoom = (disk: string): Promise<void> => rm(path.join(disk, 'ballast'), { recursive: true, force: true })

test('on a full disk writing is refused and asking goes on; with room again writing does, and nothing acknowledged was lost', async (context) => {
  const disk = await smallDisk(context, 160)
  if (disk === null) return
  const data = path.join(disk, 'data')
  await copyDatabase(data)
  const start = async (): Promise<KilledService> => {
    const service = await KilledService.start(data, {}, null)
    assert.ok(service !== null)
    atEnd(context, () => service.kill())
    return service
  }
  let service = await start()
  const world = newWorld(random(1))
  const put = async (id: string): Promise<string> => {
    const content = (world.writing += 1)
    world.oracle.sent(id, content)
    const documents = [{ id, content: textOf(id, content), metadata: { n: content } }]
    const { status, json } = await service.send('POST', '/v1/documents', { index: INDEX, wait: true, documents })
    const [result] = (json['documents'] ?? []) as readonly { readonly status: string; readonly error: { readonly code: string } | null }[]
    const code = result?.error?.code ?? (json['code'] as string | undefined) ?? 'stored'
    if (status === 200 && code === 'stored') world.oracle.acknowledged(id, content)
    return code
  }
  const ask = async (session?: string): Promise<number> => {
    const asked = { query: 'the copper of the garden', index: INDEX, budget: { tokens: 300 }, deadline_ms: 10_000 }
    return (await service.send('POST', '/v1/retrieve', { ...asked, ...(session === undefined ? {} : { session }) })).status
  }

  await service.send('POST', '/v1/indexes', { name: INDEX })
  for (let count = 0; count < 5; count++) assert.equal(await put(`before${count}`), 'stored')

  for (let round = 0; round < 3; round++) {
    await fillUp(disk, round === 0 ? MEGABYTE : round * 40_000)
    const codes: string[] = []
    for (let count = 0; count < 200 && codes.at(-1) !== 'storage_full'; count++) codes.push(await put(`full${count % 40}`))
    assert.deepEqual(
      [...new Set(codes)].sort(),
      ['storage_full', 'stored'].filter((code) => codes.includes(code)),
      `round ${round}`,
    )
    assert.equal(codes.at(-1), 'storage_full', `round ${round}`)
    await fillUp(disk, 0)
    for (let count = 0; count < 10; count++) {
      assert.equal(await put(`refused${count}`), 'storage_full')
      assert.equal(await ask(), 200, `round ${round}: a question`)
      assert.equal(await ask(`session${count}`), 200, `round ${round}: a question of a session`)
    }
    const key = await service.send('POST', '/v1/keys', { scopes: ['retrieve'], label: 'x' })
    assert.ok([201, 200, 507].includes(key.status), JSON.stringify(key.json))
    const job = await service.send('POST', '/v1/documents', { index: INDEX, documents: [{ id: 'j0', content: 'x'.repeat(20_000) }] })
    assert.equal(job.status, 507, JSON.stringify(job.json))
    if (round === 1) {
      // The room comes back while nobody runs.
      await service.kill()
      await makeRoom(disk)
      service = await start()
    } else await makeRoom(disk)
    for (let count = 0; count < 5; count++)
      assert.equal(await put(`after${round}-${count}`), 'stored', `round ${round}: with room again\n${service.log}`)
    assert.equal(await ask('session1'), 200)
    assert.ok(await drained(service))
    assert.deepEqual(
      await check(service, world, { full: true, sample: 30 }),
      { lost: [], phantom: [], duplicated: [], wrong: [] },
      `round ${round}`,
    )
  }
  // Without room for its lock nothing is started, and nothing is harmed.
  await fillUp(disk, 0)
  await service.kill()
  await assert.rejects(start(), /storage_full/)
  await makeRoom(disk)
  service = await start()
  assert.equal(await put('last'), 'stored')
  assert.deepEqual(await check(service, world, { full: true, sample: 30 }), { lost: [], phantom: [], duplicated: [], wrong: [] })
})
