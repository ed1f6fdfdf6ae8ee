import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeAll } from '../../src/core/close-all.ts'

test('last opened, first closed, whatever the others throw; the first error is told', async () => {
  const closed: string[] = []
  const opened = ['lock', 'database', 'engine', 'app'].map((name) => async () => {
    closed.push(name)
    await Promise.resolve()
    if (name === 'engine' || name === 'database') throw new Error(name)
  })
  await assert.rejects(closeAll(opened), { message: 'engine' })
  assert.deepEqual(closed, ['app', 'engine', 'database', 'lock'])
  await closeAll([])
})
