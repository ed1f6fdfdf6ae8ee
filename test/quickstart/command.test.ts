import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import type { CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { command } from '../../src/quickstart/command.ts'

/** Notes what the command asks of its tools; `closed` resolves when the test says so. */
function notedTools(ingestEnds: ExitCode = 0) {
  const ran: { readonly command: string; readonly input: CommandInput }[] = []
  const printed: string[] = []
  const served: unknown[] = []
  const closed = Promise.withResolvers<undefined>()
  const tools = {
    terminal: { json: false, print: (text: string) => void printed.push(text) },
    serve: (options: unknown) => {
      served.push(options)
      return Promise.resolve({ url: 'http://127.0.0.1:7410', closed: closed.promise })
    },
    run: (name: string, input: CommandInput) => {
      ran.push({ command: name, input })
      return Promise.resolve(name === 'ingest' ? ingestEnds : 0)
    },
  } as unknown as CommandTools
  return { tools, ran, printed, served, closed }
}

test('ingests the documentation, asks three questions at three budgets and ends there with --once', async () => {
  const { tools, ran, printed, served } = notedTools()
  assert.equal(await command.run?.({ arguments: [], options: { once: true } }, tools), 0)
  assert.deepEqual(served, [{ quiet: true }], 'nothing but what is to be read stands on standard output')
  const [ingest, ...questions] = ran
  assert.equal(ingest?.command, 'ingest')
  assert.ok(existsSync(`${ingest.input.arguments[0] ?? ''}/start.md`))
  assert.equal(new Set(questions.map(({ input }) => input.options['budget'])).size, 3)
  assert.ok(questions.every(({ command: name, input }) => name === 'retrieve' && input.options['index'] === ingest.input.options['index']))
  assert.ok(!printed.join('\n').includes('curl'))
})

test('stays up until it is stopped, with a line to try', async () => {
  const { tools, printed, closed } = notedTools()
  const running = command.run?.({ arguments: [], options: {} }, tools)
  const ended = await Promise.race([running, new Promise((resolve) => setImmediate(() => resolve('still up')))])
  assert.equal(ended, 'still up')
  assert.match(printed.at(-1) ?? '', /curl -s http:\/\/127\.0\.0\.1:7410\/v1\/retrieve[\s\S]*http:\/\/127\.0\.0\.1:7410\/docs/)
  closed.resolve(undefined)
  assert.equal(await running, 0)
})

test('asks nothing where the documents did not all go in', async () => {
  const { tools, ran } = notedTools(3)
  assert.equal(await command.run?.({ arguments: [], options: {} }, tools), 3)
  assert.equal(ran.length, 1)
})
