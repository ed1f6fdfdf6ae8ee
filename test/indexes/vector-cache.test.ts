import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { SqliteVectorCache } from '../../indexes/vector-cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'ration-vectors-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64')
function vectorOf(seed: number, dimensions = 8): Float32Array {
  const numbers = Array.from({ length: dimensions }, (_, i) => Math.sin(seed * 31 + i))
  const length = Math.hypot(...numbers)
  return Float32Array.from(numbers, (value) => value / length)
}
const batch = (from: number, to: number, dimensions = 8) =>
  new Map(Array.from({ length: to - from }, (_, i) => [keyOf(`text ${from + i}`), vectorOf(from + i, dimensions)]))

function open(name: string, limitBytes = 1_000_000) {
  const warnings: string[] = []
  const file = join(folder, name)
  return { file, warnings, cache: new SqliteVectorCache(file, limitBytes, { warn: (event) => warnings.push(event) }) }
}

describe('the vector cache', () => {
  test('gives back what was put, bit for bit, also after it was opened again', async () => {
    const first = open('again.db')
    const vectors = batch(0, 300)
    await first.cache.put(vectors)
    first.cache.close()
    const second = open('again.db')
    assert.deepEqual(await second.cache.get([...vectors.keys(), keyOf('another')], 8), vectors)
    second.cache.close()
    assert.deepEqual([...first.warnings, ...second.warnings], [])
  })

  test('has nothing of another length', async () => {
    const { cache } = open('length.db')
    await cache.put(batch(0, 1))
    assert.equal((await cache.get([keyOf('text 0')], 9)).size, 0)
    cache.close()
  })

  test('a vector that is none any more is missing, and can be put again', async () => {
    const { cache, file, warnings } = open('flipped.db')
    const vectors = batch(0, 3)
    await cache.put(vectors)
    cache.close()
    const [nan, longer] = [vectorOf(0), vectorOf(1)]
    nan[3] = Number.NaN
    longer[5] = 2
    const database = new DatabaseSync(file)
    for (const [at, damaged] of [nan, longer].entries()) {
      database.prepare('UPDATE vectors SET vector = ? WHERE id = ?').run(new Uint8Array(damaged.buffer), at + 1)
    }
    database.close()
    const again = open('flipped.db').cache
    assert.deepEqual([...(await again.get([...vectors.keys()], 8)).keys()], [keyOf('text 2')])
    await again.put(vectors)
    assert.deepEqual(await again.get([...vectors.keys()], 8), vectors)
    again.close()
    assert.deepEqual(warnings, [])
  })

  test('forgets what was put longest ago beyond its bytes', async () => {
    const { cache, file } = open('small.db', 100 * (32 + 80))
    await cache.put(batch(0, 100))
    assert.equal((await cache.get([...batch(0, 100).keys()], 8)).size, 100)
    await cache.put(batch(100, 110))
    const left = await cache.get([...batch(0, 110).keys()], 8)
    assert.ok(left.size <= 100 && left.size >= 90, String(left.size))
    assert.ok([...batch(100, 110).keys()].every((key) => left.has(key)))
    assert.ok(!left.has(keyOf('text 0')))
    for (let at = 110; at < 2000; at += 90) await cache.put(batch(at, at + 90))
    assert.ok(statSync(file).size < 200_000)
    cache.close()
  })

  test('lets others have their turn while it forgets', async () => {
    const { cache } = open('turns.db', 1280 * (32 + 80))
    await cache.put(batch(0, 1280))
    let turns = 0
    let immediate = setImmediate(() => undefined)
    const turn = () => {
      turns += 1
      immediate = setImmediate(turn)
    }
    turn()
    await cache.put(batch(1280, 2560))
    clearImmediate(immediate)
    cache.close()
    // 1,280 rows come in 10 steps, and 1,360 go in 11.
    assert.ok(turns >= 20, String(turns))
  })

  test('closes its file when nobody has used it for a minute, and opens it again', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const { cache, file, warnings } = open('idle.db')
    // SQLite takes the journal beside its file away when it closes it.
    const isOpen = () => existsSync(`${file}-wal`)
    await cache.put(batch(0, 5))
    context.mock.timers.tick(59_000)
    assert.deepEqual(await cache.get([...batch(0, 5).keys()], 8), batch(0, 5))
    context.mock.timers.tick(59_000)
    assert.ok(isOpen())
    context.mock.timers.tick(1_000)
    assert.ok(!isOpen())
    assert.deepEqual(await cache.get([...batch(0, 5).keys()], 8), batch(0, 5))
    assert.ok(isOpen())
    cache.close()
    assert.ok(!isOpen())
    assert.deepEqual(warnings, [])
  })

  test('without bytes keeps nothing', async () => {
    const { cache } = open('none.db', 0)
    await cache.put(batch(0, 5))
    assert.equal((await cache.get([...batch(0, 5).keys()], 8)).size, 0)
    cache.close()
  })

  test('a file that is damaged is told and replaced', async () => {
    const { file } = open('damaged.db')
    writeFileSync(file, randomBytes(20_000))
    const { cache, warnings } = open('damaged.db')
    assert.equal((await cache.get([keyOf('text 0')], 8)).size, 0)
    assert.deepEqual(warnings, ['vector_cache_failed'])
    await cache.put(batch(0, 5))
    assert.equal((await cache.get([...batch(0, 5).keys()], 8)).size, 5)
    cache.close()
  })

  test('a file that was cut short gives what is whole or nothing, never something else', async () => {
    const first = open('cut.db')
    await first.cache.put(batch(0, 2000))
    first.cache.close()
    truncateSync(first.file, Math.floor(statSync(first.file).size / 2))
    const { cache } = open('cut.db')
    const all = batch(0, 2000)
    for (const [key, vector] of await cache.get([...all.keys()], 8)) assert.deepEqual(vector, all.get(key))
    await cache.put(batch(0, 5))
    assert.ok((await cache.get([...batch(0, 5).keys()], 8)).size > 0)
    cache.close()
  })

  test('after close it has nothing and keeps nothing', async () => {
    const { cache, warnings } = open('closed.db')
    cache.close()
    await cache.put(batch(0, 5))
    assert.equal((await cache.get([...batch(0, 5).keys()], 8)).size, 0)
    assert.deepEqual(warnings, [])
  })
})
