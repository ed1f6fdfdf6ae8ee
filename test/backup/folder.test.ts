import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { objectName, parseManifest } from '../../src/backup/manifest.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import { refuseUnfinished } from '../../src/backup/unfinished.ts'
import { clock, docs, embedder, makeDocument, tenant, unlimited } from '../contract/index-corpus.ts'
import { BACKUP, backupsOf, fill, folder, indexesOf, restored, silent, wholeDocuments } from './backup-fixture.ts'

const objectsOf = async (place: string) =>
  (await readdir(path.join(place, 'objects'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())

async function newest(place: string) {
  const [file = ''] = (await readdir(path.join(place, 'backups'))).sort().reverse()
  return parseManifest(await readFile(path.join(place, 'backups', file)), file.replace('.json', ''))
}

test('what is restored passes verify, answers, and can be written to', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a', 'b', 'c'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  const again = await indexesOf(context, await restored(context, place))
  assert.deepEqual(await wholeDocuments(again), ['a', 'b', 'c'])
  const reader = await again.pin(tenant, docs, unlimited())
  assert.equal((await reader.lexical('first', 50, null, null, unlimited())).length, 6)
  reader.release()
  await fill(again, ['d'])
  assert.deepEqual(await wholeDocuments(again), ['a', 'b', 'c', 'd'])
})

test('a backup that is made while others write, optimise and delete holds one moment of each index', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['stays'])
  const writer = await registry.writer(tenant, docs, unlimited())
  const state = { going: true }
  let round = 0
  const writing = (async () => {
    while (state.going) {
      round += 1
      const batch = Array.from({ length: 5 }, (_, index) => makeDocument(`d${index}`, [`round${round}`]))
      await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
      if (round % 3 === 0) await writer.optimize(unlimited())
    }
  })()
  const backups = backupsOf([registry], { keep: 10 })
  const ids: string[] = []
  for (let count = 0; count < 4; count++) ids.push((await backups.create(place, silent.progress, unlimited())).id)
  state.going = false
  await writing
  for (const id of ids) {
    const again = await indexesOf(context, await restored(context, place, {}, id))
    const found = await wholeDocuments(again)
    assert.ok(found.length === 1 || found.length === 6, found.join(' '))
    const reader = await again.pin(tenant, docs, unlimited())
    const words = new Set<string>()
    for (const name of found.filter((each) => each !== 'stays')) words.add((await reader.document(name as never, unlimited()))?.text ?? '')
    reader.release()
    assert.ok(words.size <= 1, `documents of several rounds: ${[...words].join(', ')}`)
  }
})

test('a second backup copies what is new and shares the rest; older ones than are kept go, with what only they needed', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  const backups = backupsOf([registry], { keep: 2 })
  const first = await backups.create(place, silent.progress, unlimited())
  assert.equal(first.copiedBytes <= first.bytes, true)
  const unchanged = await backups.create(place, silent.progress, unlimited())
  assert.deepEqual([unchanged.copiedFiles, unchanged.files], [0, first.files])
  await fill(registry, ['b'], 'second')
  const third = await backups.create(place, silent.progress, unlimited())
  assert.ok(third.copiedFiles > 0 && third.copiedFiles < third.files)
  await (await registry.writer(tenant, docs, unlimited())).optimize(unlimited())
  await backups.create(place, silent.progress, unlimited())
  await backups.create(place, silent.progress, unlimited())
  const kept = await readdir(path.join(place, 'backups'))
  assert.equal(kept.length, 2)
  assert.ok(!kept.some((name) => name.includes(first.id) || name.includes(third.id)))
  const needed = new Set<string>()
  for (const name of kept) {
    const manifest = parseManifest(await readFile(path.join(place, 'backups', name)), name.replace('.json', ''))
    for (const { sha256 } of manifest.files) needed.add(sha256)
  }
  assert.deepEqual(new Set((await objectsOf(place)).map(({ name }) => name)), needed)
  assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, place))), ['a', 'b'])
})

test('a draft that a kill left is cleared by the next backup', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  const backups = backupsOf([registry])
  await backups.create(place, silent.progress, unlimited())
  const draft = path.join(place, `${objectName('ab'.repeat(32))}.part`)
  await mkdir(path.dirname(draft), { recursive: true })
  await writeFile(draft, 'half of it')
  await backups.create(place, silent.progress, unlimited())
  assert.ok(!existsSync(draft))
})

test('where the clock went back, the backup that was made last is the newest, and stays', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  const at = (wall: number) => backupsOf([registry], { keep: 1 }, undefined, { ...clock, wall: () => wall })
  await at(2_000_000_000_000).create(place, silent.progress, unlimited())
  await fill(registry, ['b'])
  const { id } = await at(1_000_000_000_000).create(place, silent.progress, unlimited())
  assert.equal((await newest(place)).id, id)
  assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, place))), ['a', 'b'])
})

const DAMAGES: Record<string, (place: string) => Promise<unknown>> = {
  'a file is missing': async (place) => rm(path.join(place, objectName((await newest(place)).files[0]?.sha256 ?? ''))),
  'a file is cut short': async (place) => {
    const largest = (await newest(place)).files.toSorted((a, b) => b.bytes - a.bytes)[0]
    await truncate(path.join(place, objectName(largest?.sha256 ?? '')), 10)
  },
  'one bit of a file is another': async (place) => {
    const file = path.join(place, objectName((await newest(place)).files.at(-1)?.sha256 ?? ''))
    const content = await readFile(file)
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1
    await writeFile(file, content)
  },
  'the manifest is cut short': async (place) => {
    const [file = ''] = await readdir(path.join(place, 'backups'))
    await truncate(path.join(place, 'backups', file), 100)
  },
  'the manifest was edited': async (place) => {
    const [name = ''] = await readdir(path.join(place, 'backups'))
    const file = path.join(place, 'backups', name)
    await writeFile(file, (await readFile(file, 'utf8')).replace('index.json', '../evil.json'))
  },
}

test('damage of any kind is noticed, and no service starts on what was restored until then', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a', 'b'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  for (const [what, damage] of Object.entries(DAMAGES)) {
    const altered = path.join(await folder(context), 'place')
    await cp(place, altered, { recursive: true })
    await damage(altered)
    const directory = await folder(context)
    const request = { place: altered, backup: null, directory }
    await assert.rejects(restoreBackup(BACKUP, request, silent.progress, silent.signal), { code: 'backup_damaged' }, what)
    if (what.includes('manifest')) continue
    assert.throws(() => refuseUnfinished(directory), { code: 'state_damaged' })
    await restoreBackup(BACKUP, { ...request, place }, silent.progress, silent.signal)
    refuseUnfinished(directory)
    assert.deepEqual(await wholeDocuments(await indexesOf(context, directory)), ['a', 'b'])
  }
})

test('a directory that holds something is left alone', async (context) => {
  const [data, place, full] = [await folder(context), await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  await writeFile(path.join(full, 'mine.txt'), 'mine')
  const refused = { code: 'invalid_request' }
  await assert.rejects(restoreBackup(BACKUP, { place, backup: null, directory: full }, silent.progress, silent.signal), refused)
  assert.deepEqual(await readdir(full), ['mine.txt'])
  await assert.rejects(restored(context, full), refused, 'a place without a backup')
  await assert.rejects(restored(context, place, {}, '../../etc'), refused)
  await assert.rejects(restored(context, place, {}, '20200101T000000000Z-00000000'), { code: 'backup_damaged' })
})

test('a backup that fails leaves those before it, and the next one goes on from what was copied', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  await fill(registry, ['b'])
  const stopped = new AbortController()
  const stop = () => stopped.abort(new Error('enough'))
  await assert.rejects(backupsOf([registry], { parallelFiles: 1 }).create(place, stop, { signal: stopped.signal, deadline: Infinity }))
  assert.equal((await readdir(path.join(place, 'backups'))).length, 1)
  assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, place))), ['a'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, place))), ['a', 'b'])
})

test('limits: one at a time, files of a manifest, the deadline, places that are none', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  const backups = backupsOf([registry])
  const first = backups.create(place, silent.progress, unlimited())
  await assert.rejects(backups.create(place, silent.progress, unlimited()), { code: 'too_busy' })
  await first
  await assert.rejects(backupsOf([registry], { manifestFiles: 3 }).create(place, silent.progress, unlimited()), { code: 'invalid_request' })
  const over = { signal: silent.signal, deadline: 0 }
  await assert.rejects(backups.create(place, silent.progress, over), { code: 'deadline_exceeded' })
  await assert.rejects(backups.create(null, silent.progress, unlimited()), { code: 'invalid_request' })
  await assert.rejects(backups.create('ftp://host/path', silent.progress, unlimited()), { code: 'invalid_request' })
  await writeFile(path.join(place, 'file'), '')
  await assert.rejects(backups.create(path.join(place, 'file'), silent.progress, unlimited()), { code: 'backup_unavailable' })
  await backups.create(place, silent.progress, unlimited())
})

test('a damaged index is named and left out, and hides no other', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a'])
  const broken = path.join(data, 'indexes', tenant, 'broken')
  await mkdir(broken)
  await writeFile(path.join(broken, 'index.json'), 'nothing')
  const { leftOut } = await backupsOf([registry]).create(place, silent.progress, unlimited())
  assert.deepEqual(leftOut, [{ tenant, index: 'broken', code: 'index_damaged' }])
  const directory = await restored(context, place)
  assert.deepEqual(await wholeDocuments(await indexesOf(context, directory)), ['a'])
  assert.ok(!existsSync(path.join(directory, 'indexes', tenant, 'broken')))
})

test('a folder that cannot be made is refused, and is not tried for ever', async (context) => {
  const registry = await indexesOf(context, await folder(context))
  const file = path.join(await folder(context), 'file')
  await writeFile(file, '')
  for (const place of [path.join(file, 'backup'), '/proc/no-folder-here/backup']) {
    await assert.rejects(backupsOf([registry]).create(place, silent.progress, unlimited()), { code: 'backup_unavailable' })
  }
})
