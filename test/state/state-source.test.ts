import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Frozen } from '../../src/core/ports/backup.ts'
import { openControlDatabase, openDatabase } from '../../src/state/database.ts'
import { DUMP } from '../../src/state/pglite.ts'
import { createStateSource } from '../../src/state/state-source.ts'
import { copyDatabase, limits, noWarning, PGLITE, systemClock, temporaryDirectory } from './database-fixture.ts'

const ports = (directory: string) => ({ directory, clock: systemClock, warn: noWarning })

/** What a backup would hold, by path. */
async function taken({ files }: Frozen): Promise<ReadonlyMap<string, Buffer>> {
  const read = files.map(async ({ path, content }) => {
    return [path, 'bytes' in content ? Buffer.from(content.bytes) : await readFile(content.file)] as const
  })
  return new Map(await Promise.all(read))
}

async function put(directory: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true })
  await writeFile(join(directory, path), content)
}

test('the database comes back with every row, and the dump goes when it has', async (t) => {
  const [directory, other] = [await temporaryDirectory(t), await temporaryDirectory(t)]
  await copyDatabase(directory)
  const { database, dump } = await openControlDatabase(PGLITE, ports(directory))
  t.after(() => database.destroy())
  const row = { tenant: 'acme', name: 'kept', tokens_limit: 5, expires_at: new Date(0) }
  await database.insertInto('sessions').values(row).execute()
  for await (const part of createStateSource({ directory, dump }).freeze(limits())) {
    for (const [path, content] of await taken(part as Frozen)) await put(other, path, content)
  }
  await database
    .insertInto('sessions')
    .values({ ...row, name: 'later' })
    .execute()
  assert.deepEqual(await readdir(other), [DUMP])
  const restored = await openDatabase(PGLITE, ports(other))
  t.after(() => restored.destroy())
  assert.deepEqual(await restored.selectFrom('sessions').select(['name', 'tokens_limit']).execute(), [{ name: 'kept', tokens_limit: 5 }])
  await sql`select 1`.execute(restored)
  assert.deepEqual((await readdir(other)).sort(), ['control', 'control.boot'])
})

test('payloads are held while they are copied, and a line that is being written is left out', async (t) => {
  const directory = await temporaryDirectory(t)
  await put(directory, 'intake.jsonl', '{"whole":1}\n{"to')
  await put(directory, 'spool/job_1/items', 'payload')
  let files: ReadonlyMap<string, Buffer> = new Map()
  for await (const part of createStateSource({ directory, dump: null }).freeze(limits())) {
    // The job ends in the middle of the backup.
    await rm(join(directory, 'spool', 'job_1'), { recursive: true })
    files = await taken(part as Frozen)
  }
  assert.deepEqual([...files].map(([path, content]) => [path, content.toString()]).sort(), [
    ['intake.jsonl', '{"whole":1}\n'],
    ['spool/job_1/items', 'payload'],
  ])
  assert.deepEqual((await readdir(directory)).sort(), ['intake.jsonl', 'spool'], 'nothing is held any more')
})

test('jobs that end while payloads are listed hide no other', async (t) => {
  const directory = await temporaryDirectory(t)
  const kept = Array.from({ length: 20 }, (_, n) => `spool/job_${n}/items`)
  for (const path of kept) await put(directory, path, 'payload')
  const over = new AbortController()
  const ending = Array.from({ length: 3 }, async (_, worker) => {
    for (let n = 0; !over.signal.aborted; n++) {
      await put(directory, `spool/job_ends_${worker}_${n}/worker`, '{}')
      await rm(join(directory, 'spool', `job_ends_${worker}_${n}`), { recursive: true })
    }
  })
  try {
    for (let round = 0; round < 50; round++) {
      for await (const part of createStateSource({ directory, dump: null }).freeze(limits())) {
        const held = new Set((part as Frozen).files.map(({ path }) => path))
        assert.deepEqual(
          kept.filter((path) => !held.has(path)),
          [],
          `round ${round}`,
        )
      }
    }
  } finally {
    over.abort()
    await Promise.all(ending)
  }
})

test('without jobs and keys there is nothing to copy', async (t) => {
  const directory = await temporaryDirectory(t)
  for await (const part of createStateSource({ directory, dump: null }).freeze(limits())) assert.deepEqual((part as Frozen).files, [])
})
