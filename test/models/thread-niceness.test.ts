import assert from 'node:assert/strict'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { currentThread } from '../../src/models/thread-niceness.ts'

test('a thread stands back alone: the others of its process keep their place', { skip: currentThread() === null && 'threads have no priorities here' }, async () => {
  const module = new URL('../../src/models/thread-niceness.ts', import.meta.url)
  const code = `
    const { parentPort } = require('node:worker_threads')
    const { getPriority } = require('node:os')
    import(${JSON.stringify(module.href)}).then(({ makeThreadNice, currentThread }) => {
      const before = getPriority(currentThread())
      makeThreadNice(0)
      const same = getPriority(currentThread())
      makeThreadNice(7)
      const lowered = getPriority(currentThread())
      makeThreadNice(3)
      parentPort.postMessage([before, same, lowered, getPriority(currentThread())])
    })`
  const main = getPriority(process.pid)
  const worker = new Worker(code, { eval: true })
  const [priorities] = (await once(worker, 'message')) as [number[]]
  const lowered = Math.max(main, 7)
  assert.deepEqual(priorities, [main, main, lowered, lowered], 'and is never raised again')
  assert.equal(getPriority(process.pid), main)
  await worker.terminate()
})
