import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WriteFence } from '../../indexes/write-fence.ts'
import { clock, unlimited } from '../contract/index-corpus.ts'

function deferred() {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a move waits for the writes that were let in, and those that come later wait for it', async () => {
  const fence = new WriteFence(clock, 10)
  const order: string[] = []
  const [first, move] = [deferred(), deferred()]
  const run = (name: string, until: Promise<void>) => async () => {
    order.push(`${name} begins`)
    await until
    order.push(`${name} ends`)
  }
  const all = [
    fence.write(unlimited(), run('write 1', first.promise)),
    fence.write(unlimited(), run('write 2', Promise.resolve())),
    fence.move(unlimited(), run('move', move.promise)),
    fence.write(unlimited(), run('write 3', Promise.resolve())),
  ]
  await turn()
  assert.deepEqual(order, ['write 1 begins', 'write 2 begins', 'write 2 ends'])
  first.resolve()
  await turn()
  assert.deepEqual(order.slice(3), ['write 1 ends', 'move begins'])
  move.resolve()
  await Promise.all(all)
  assert.deepEqual(order.slice(5), ['move ends', 'write 3 begins', 'write 3 ends'])
})

test('who waits too long leaves the line and lets the next pass; the line has a limit', async () => {
  const fence = new WriteFence(clock, 2)
  const [write, gone] = [deferred(), new AbortController()]
  const running = fence.write(unlimited(), () => write.promise)
  const waiting = fence.move({ signal: gone.signal, deadline: Infinity }, () => Promise.resolve())
  const behind = fence.write(unlimited(), () => Promise.resolve('through'))
  await assert.rejects(
    fence.write(unlimited(), () => Promise.resolve()),
    { code: 'too_busy' },
  )
  gone.abort()
  await assert.rejects(waiting, { code: 'cancelled' })
  assert.equal(await behind, 'through', 'a write does not wait for a move that nobody waits for')
  write.resolve()
  await running
  await assert.rejects(
    fence.move(unlimited(), () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await fence.write(unlimited(), () => Promise.resolve('free')), 'free')
})
