import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { createInterrupt } from '../../src/cli/interrupt.ts'

test('the first interrupt asks, the second one ends, one keystroke that arrives twice is one', () => {
  const source = new EventEmitter()
  const exits: number[] = []
  let now = 1000
  const signal = createInterrupt(
    source,
    (code) => exits.push(code),
    () => now,
  )
  assert.equal(signal.aborted, false)
  source.emit('SIGINT')
  assert.equal(signal.aborted, true)
  now = 1100
  source.emit('SIGINT')
  assert.deepEqual(exits, [])
  now = 1300
  source.emit('SIGTERM')
  assert.deepEqual(exits, [130])
})
