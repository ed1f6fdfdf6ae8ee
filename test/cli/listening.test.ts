import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilListening } from '../../src/cli/listening.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Api } from '../../src/core/ports/command.ts'

/** Answers after it has failed so many times. */
function owner(failures: number, error = new AppError('not_ready', 'nobody listens')): Api & { asked: number } {
  return {
    asked: 0,
    async request() {
      this.asked += 1
      if (this.asked <= failures) throw error
      return null
    },
    stream: () => assert.fail('not asked for'),
  }
}

const never = new AbortController().signal

test('an owner that is still starting is waited for', async () => {
  const starting = owner(2)
  await untilListening(starting, never)
  assert.equal(starting.asked, 3)
})

test('not for ever, and not for another failure', async () => {
  await assert.rejects(untilListening(owner(99), never, 400), { code: 'not_ready' })
  const broken = owner(1, new AppError('internal', 'a bug'))
  await assert.rejects(untilListening(broken, never), { code: 'internal' })
  assert.equal(broken.asked, 1)
})

test('Ctrl-C ends the wait', async () => {
  await assert.rejects(untilListening(owner(99), AbortSignal.abort()), { name: 'AbortError' })
})
