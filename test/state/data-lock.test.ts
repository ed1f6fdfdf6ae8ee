import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { acquireDataLock, readDataLock } from '../../src/state/data-lock.ts'
import { temporaryDirectory } from './database-fixture.ts'

/** A process that tries to own `directory`: prints `owner` or the code of its error, and keeps what it has until it is killed. */
function contender(directory: string): { readonly child: ChildProcess; readonly result: Promise<string> } {
  const child = spawn(process.execPath, [new URL('./data-lock-child.ts', import.meta.url).pathname, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  return { child, result: once(lines, 'line').then(([line]) => String(line)) }
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

const locks = (directory: string) => readdirSync(directory).filter((name) => name.startsWith('owner.'))

test('one owner, who is known by pid and socket, until it releases', async (t) => {
  const directory = join(await temporaryDirectory(t), 'deep', 'data')
  assert.equal(await readDataLock(directory), null)
  const lock = await acquireDataLock(directory, { socketPath: '/run/a.sock' })
  const owner = await readDataLock(directory)
  assert.deepEqual([owner?.pid, owner?.socket], [process.pid, '/run/a.sock'])
  await assert.rejects(acquireDataLock(directory, { socketPath: '/run/b.sock' }), (error: Error & { code?: string; details?: object }) => {
    assert.equal(error.code, 'data_locked')
    assert.deepEqual(error.details, { directory, pid: process.pid, socket: '/run/a.sock' })
    return true
  })
  lock.release()
  assert.equal(await readDataLock(directory), null)
  const next = await acquireDataLock(directory, { socketPath: '/run/b.sock' })
  lock.release()
  assert.equal((await readDataLock(directory))?.socket, '/run/b.sock', 'a second release does not free what somebody else has')
  next.release()
  assert.equal(locks(directory).length, 1, 'locks do not pile up')
})

test('of many processes that start together over a stale lock exactly one wins, again and again', { timeout: 60_000 }, async (t) => {
  const directory = await temporaryDirectory(t)
  for (let round = 0; round < 4; round++) {
    const contenders = Array.from({ length: 4 }, () => contender(directory))
    const results = await Promise.all(contenders.map(({ result }) => result))
    assert.deepEqual([...results].sort(), ['data_locked', 'data_locked', 'data_locked', 'owner'])
    const winner = contenders[results.indexOf('owner')]
    assert.equal((await readDataLock(directory))?.pid, winner?.child.pid)
    await assert.rejects(acquireDataLock(directory, { socketPath: '/x' }), { code: 'data_locked' })
    await Promise.all(contenders.map(({ child }) => kill(child)))
    assert.equal(await readDataLock(directory), null, 'kill -9 leaves a lock that holds nobody up')
    assert.equal(locks(directory).length, 1)
  }
})

test('of many takers inside one process exactly one wins', async (t) => {
  const directory = await temporaryDirectory(t)
  for (let round = 0; round < 50; round++) {
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => acquireDataLock(directory, { socketPath: '/x' })))
    const winners = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    assert.equal(winners.length, 1)
    for (const lock of winners) lock.release()
  }
})

test('a process id that belongs to another process now does not hold the lock', async (t) => {
  const directory = await temporaryDirectory(t)
  const lock = await acquireDataLock(directory, { socketPath: '/x' })
  const [name = ''] = locks(directory)
  const held = JSON.parse(readFileSync(join(directory, name), 'utf8')) as { identity: string }
  writeFileSync(join(directory, name), JSON.stringify({ ...held, identity: 'another boot/1' }))
  assert.equal(await readDataLock(directory), null)
  const next = await acquireDataLock(directory, { socketPath: '/y' })
  assert.equal((await readDataLock(directory))?.socket, '/y')
  next.release()
  lock.release()
})

test('a lock that a power cut emptied or garbled is free', async (t) => {
  const directory = await temporaryDirectory(t)
  for (const content of ['', '{"pid":1', '\u0000\u0000\u0000', '{"pid":"1","identity":2}', 'null']) {
    const before = Math.max(0, ...locks(directory).map((name) => Number(name.split('.')[1])))
    writeFileSync(join(directory, `owner.${before + 1}.lock`), content)
    const lock = await acquireDataLock(directory, { socketPath: '/x' })
    lock.release()
  }
})

test('an owner whose process cannot be seen from here, but who answers at the socket, keeps the lock', async (t) => {
  const directory = await temporaryDirectory(t)
  const socket = join(directory, 'ration.sock')
  const server = createServer().listen(socket)
  await once(server, 'listening')
  writeFileSync(join(directory, 'owner.1.lock'), JSON.stringify({ pid: 2 ** 30, identity: 'another container/1', socket }))
  await assert.rejects(acquireDataLock(directory, { socketPath: socket }), { code: 'data_locked' })
  const closed = once(server, 'close')
  server.close()
  await closed
  const lock = await acquireDataLock(directory, { socketPath: socket })
  lock.release()
})

test('a directory that cannot be made is a wrong setting, and is not tried for ever', async (t) => {
  const file = join(await temporaryDirectory(t), 'file')
  writeFileSync(file, '')
  for (const directory of [join(file, 'data'), '/proc/no-folder-here/data']) {
    assert.equal(await readDataLock(directory), null)
    await assert.rejects(acquireDataLock(directory, { socketPath: '/run/a.sock' }), {
      code: 'invalid_config',
      message: /^The data directory cannot be used: E/,
    })
  }
})
