import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { calibrateCommand } from '../../indexes/calibrate-command.ts'
import { AppError } from '../../src/core/errors.ts'
import type { CommandTools, Terminal } from '../../src/core/ports/command.ts'

const CALIBRATION = {
  type: 'calibration',
  threshold: 0.25,
  own: { questions: 2, made: false, abstain: 0.5 },
  foreign: { questions: 3, abstain: 1 },
}

/** Records what was sent and shown; `answers` are the lines of the service. */
function tools(json: boolean, answers: readonly unknown[] = [{ type: 'asked', asked: 1, questions: 5 }, CALIBRATION]) {
  const shown = { paths: [] as string[], sent: [] as unknown[], printed: [] as unknown[], warned: [] as string[] }
  const controller = new AbortController()
  const terminal: Terminal = {
    json,
    print: (text) => void shown.printed.push(text),
    printJson: (value) => void shown.printed.push(JSON.parse(JSON.stringify(value))),
    warn: (text) => void shown.warned.push(text),
    table: (head, rows) => void shown.printed.push([head, ...rows]),
    progress: () => ({ advance: () => undefined, stop: () => undefined }),
  }
  async function* stream(path: string, lines: AsyncIterable<unknown>): AsyncGenerator {
    shown.paths.push(path)
    for await (const line of lines) shown.sent.push(line)
    for (const answer of answers) {
      if (answer === 'interrupt') {
        controller.abort()
        throw new AppError('cancelled', 'Interrupted')
      }
      yield answer
    }
  }
  const given = { terminal, signal: controller.signal, api: () => Promise.resolve({ stream }) } as unknown as CommandTools
  const run = (...options: [Record<string, string>?]) => calibrateCommand.run?.({ arguments: ['docs'], options: options[0] ?? {} }, given)
  return { shown, run }
}

async function fileOf(t: TestContext, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ration-calibrate-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'questions.jsonl')
  await writeFile(file, content)
  return file
}

test('the questions of a file are sent, and the threshold is shown', async (t) => {
  const questions = await fileOf(t, '{"_id":"1","text":"one"}\n\n{"text":"two"}\n')
  const { shown, run } = tools(false)
  assert.equal(await run({ questions, lost: '0.1' }), 0)
  assert.deepEqual(shown.paths, ['/v1/indexes/docs/calibrate?lost=0.1'])
  assert.deepEqual(shown.sent, [{ text: 'one' }, { text: 'two' }])
  assert.deepEqual(shown.printed, [
    'docs answers questions whose relevance is 0.2500 or more.',
    [
      ['questions', 'asked', 'abstain'],
      ['own', '2', '50.0 %'],
      ['foreign', '3', '100.0 %'],
    ],
  ])
  assert.deepEqual(shown.warned, [])
})

test('made questions are called so; --json is one value', async () => {
  const made = { ...CALIBRATION, own: { ...CALIBRATION.own, made: true } }
  const people = tools(false, [made])
  await people.run()
  assert.deepEqual([people.shown.paths, people.shown.sent], [['/v1/indexes/docs/calibrate'], []])
  assert.match(people.shown.warned.join(), /easier than real ones/)
  const machine = tools(true)
  await machine.run()
  assert.deepEqual(machine.shown.printed, [{ threshold: 0.25, own: CALIBRATION.own, foreign: CALIBRATION.foreign }])
})

test('a file that cannot be read is named with its line', async (t) => {
  for (const [content, message] of [
    ['{"text":"one"}\n{"question":"two"}\n', /:2 has no "text"/],
    ['{"text":"one"}\nnonsense\n', /:2 cannot be read/],
  ] as const) {
    const questions = await fileOf(t, content)
    await assert.rejects(async () => tools(false).run({ questions }), { code: 'invalid_request', message })
  }
  await assert.rejects(async () => tools(false).run({ questions: '/nowhere/at/all.jsonl' }), {
    code: 'invalid_request',
    message: /^\/nowhere\/at\/all\.jsonl cannot be read/,
  })
})

test('Ctrl-C leaves the calibration before', async () => {
  const { shown, run } = tools(false, [{ type: 'asked', asked: 1, questions: 5 }, 'interrupt'])
  assert.equal(await run(), 130)
  assert.match(shown.warned.join(), /as it was before/)
})
