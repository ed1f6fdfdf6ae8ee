import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from '../../src/cli/progress.ts'
import { createTerminal } from '../../src/cli/terminal.ts'

function recorded(json: boolean) {
  const out: string[] = []
  const err: string[] = []
  const terminal = createTerminal({
    json,
    stdout: { write: (text) => void out.push(text) },
    stderr: { write: (text) => void err.push(text) },
  })
  return { terminal, out, err }
}

test('people get text and tables', () => {
  const { terminal, out, err } = recorded(false)
  terminal.print('hello')
  terminal.table(['a', 'b'], [['1', 'two']])
  terminal.warn('careful')
  assert.equal(out[0], 'hello\n')
  assert.match(out[1] ?? '', /│ 1 │ two │/)
  assert.deepEqual(err, ['careful\n'])
})

test('machines get one JSON value and nothing else', () => {
  const { terminal, out } = recorded(true)
  terminal.print('hello')
  terminal.table(['a'], [['1']])
  terminal.printJson({ a: [1] })
  const progress = terminal.progress('reading', 3)
  progress.advance(3)
  progress.stop()
  assert.deepEqual(out, ['{"a":[1]}\n'])
})

test('where nobody watches, progress is a line every few seconds and one at the end', () => {
  const err: string[] = []
  let now = 0
  const progress = createProgress('reading', 10, 'lines', { write: (text) => void err.push(text) }, () => now)
  progress.advance(3)
  now = 4999
  progress.advance(1)
  assert.deepEqual(err, [])
  now = 5000
  progress.advance(2, 'a.md')
  now = 6000
  progress.advance(4)
  progress.stop()
  assert.deepEqual(err, ['reading 6/10 a.md\n', 'reading 10/10 done\n'])
})

test('a total that nobody knows is not shown', () => {
  const err: string[] = []
  const progress = createProgress('reading', null, 'lines', { write: (text) => void err.push(text) }, () => 0)
  progress.advance(3)
  progress.stop()
  assert.deepEqual(err, ['reading 3 done\n'])
})

test('what stopped before its end is not called done', () => {
  const err: string[] = []
  const to = { write: (text: string) => void err.push(text) }
  createProgress('reading', 10, 'lines', to, () => 0).stop()
  const progress = createProgress('reading', 10, 'lines', to, () => 0)
  progress.advance(3)
  progress.stop()
  assert.deepEqual(err, ['reading 3/10 stopped\n'])
})
