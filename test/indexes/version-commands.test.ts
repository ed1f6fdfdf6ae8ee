import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { versionCommands } from '../../indexes/version-commands.ts'
import { AppError, InvariantError } from '../../src/core/errors.ts'
import type { CommandTools } from '../../src/core/ports/command.ts'
import { temporaryDirectory } from '../contract/index-corpus.ts'

const FIGURES = { version: 'v2', evidence: 0.9, passage_recall: 0.8, questions: 3 }
const GATE = {
  type: 'gate',
  passed: true,
  failures: [],
  figures: FIGURES,
  live: { ...FIGURES, version: 'v1' },
  baseline: null,
  budget_tokens: 1500,
  k: 10,
  stale: 1,
}
const RELEASE = { type: 'release', version: 'v2', replaced: 'v1', copied: 3, removed: 1, embedded_chunks: 7, gate: GATE, ms: 1500 }
const GOLDEN = { questions: 3, hash: 'g0', attached_at: '2026-01-01T00:00:00Z', stale: 1, baseline: null }

/** `lines` are what a stream answers, `answer` what a request does; what was asked and printed is remembered. */
function tools({ lines = [], answer = {}, json = false }: { lines?: readonly unknown[]; answer?: unknown; json?: boolean }) {
  const asked: unknown[] = []
  const printed: string[] = []
  const stop = new AbortController()
  const unused = () => {
    throw new InvariantError('not used by these commands')
  }
  const given: CommandTools = {
    terminal: {
      json,
      print: (text) => printed.push(text),
      printJson: (value) => printed.push(JSON.stringify(value)),
      warn: (text) => printed.push(`! ${text}`),
      table: (head, rows) => printed.push([head, ...rows].map((row) => row.join(' | ')).join('\n')),
      progress: (label, total) => ({
        advance: (by) => printed.push(`${label} +${by} of ${total}`),
        stop: () => printed.push(`${label} ends`),
      }),
    },
    signal: stop.signal,
    api: () =>
      Promise.resolve({
        request: (method: string, route: string, body?: unknown) => {
          asked.push([`${method} ${route}`, ...(body === undefined ? [] : [body])])
          return Promise.resolve(answer)
        },
        async *stream(route: string, sent: AsyncIterable<unknown>) {
          asked.push([route, ...(await Array.fromAsync(sent))])
          for (const line of lines) {
            if (line === 'interrupt') {
              stop.abort()
              throw new AppError('cancelled', 'Interrupted')
            }
            yield await Promise.resolve(line)
          }
        },
      }),
    ...{ engine: unused, configuration: unused, serve: unused, run: unused, restore: unused },
  }
  return { given, asked, printed }
}

async function run(name: string, args: string[], options: Record<string, string | boolean>, on: ReturnType<typeof tools>) {
  const found = versionCommands.find((each) => each.name === name)
  return await found?.run?.({ arguments: args, options }, on.given)
}

test('rebuild sends what was chosen, shows each stage, and tells the outcome', async () => {
  const progress = (stage: string, done: number, total: number) => ({ type: 'progress', stage, done, total })
  const lines = [progress('copy', 2, 3), progress('copy', 3, 3), progress('copy', 1, 1), progress('publish', 0, 0), RELEASE]
  const on = tools({ lines })
  assert.equal(await run('rebuild', ['my docs'], { with: 'standard', encodings: 'a, b', publish: true, force: 'why not' }, on), 0)
  assert.deepEqual(on.asked, [
    ['/v1/indexes/my%20docs/versions', { profile: 'standard', encodings: ['a', 'b'], force: 'why not', publish: true }],
  ])
  assert.deepEqual(on.printed.slice(0, 5), [
    'Copying documents +2 of 3',
    'Copying documents +1 of 3',
    'Copying documents ends',
    'Copying documents +1 of 1',
    'Copying documents ends',
  ])
  assert.match(on.printed.join('\n'), /v2: 3 documents copied, 1 taken out, 7 chunks embedded, 1.5 s.*Published: v2 takes the place of v1/s)
})

test('what a rebuild left to do can be copied from its last line', async () => {
  const on = tools({ lines: [{ ...RELEASE, replaced: null, gate: null }] })
  await run('rebuild', ['docs'], {}, on)
  assert.match(on.printed.join('\n'), /as docs@v2, and publish it with: ration index publish docs v2$/)
})

test('publish, rollback and canary ask their routes; as JSON the outcome is one value', async () => {
  const on = tools({ lines: [RELEASE], json: true })
  await run('publish', ['docs', 'v2'], { stale: true }, on)
  await run('rollback', ['docs'], { drop: true }, on)
  await run('canary', ['docs', 'v2'], {}, on)
  await run('canary', ['docs'], { clear: true }, on)
  assert.deepEqual(on.asked, [
    ['/v1/indexes/docs/versions/v2/publish', { stale: true, drop: false }],
    ['/v1/indexes/docs/rollback', { stale: false, drop: true }],
    ['POST /v1/indexes/docs/canary', { version: 'v2' }],
    ['POST /v1/indexes/docs/canary', { version: null }],
  ])
  assert.equal((JSON.parse(on.printed[0] ?? '') as { type?: string; version: string }).version, 'v2')
  for (const [args, options] of [
    [['docs'], {}],
    [['docs', 'v2'], { clear: true }],
  ] as const) {
    await assert.rejects(run('canary', [...args], options, on), { code: 'invalid_request' })
  }
})

test('a gate that fails exits 1, an interrupted one 130', async () => {
  assert.equal(await run('gate', ['docs'], {}, tools({ lines: [GATE] })), 0)
  const failing = tools({ lines: [{ ...GATE, passed: false, failures: ['evidence recall is 0.1'] }] })
  assert.equal(await run('gate', ['docs', 'v2'], {}, failing), 1)
  assert.match(failing.printed.join('\n'), /live v1.*1 questions are left out.*The gate FAILS: evidence recall is 0.1/s)
  const interrupted = tools({ lines: ['interrupt'] })
  assert.equal(await run('gate', ['docs'], {}, interrupted), 130)
  assert.deepEqual(interrupted.printed, ['! Interrupted: nothing was kept.'])
})

test('a golden set is sent line by line, shown, pinned and cleared', async (context) => {
  const file = path.join(await temporaryDirectory(context), 'golden.jsonl')
  await writeFile(file, '{"question":"a"}\n\n{"question":"b"}\n')
  const on = tools({ lines: [GOLDEN], answer: GOLDEN })
  await run('golden', ['docs', 'set', file], {}, on)
  assert.deepEqual(on.asked, [['/v1/indexes/docs/golden', { question: 'a' }, { question: 'b' }]])
  assert.match(on.printed.join('\n'), /3 questions \(g0\).*1 have passages that do not stand.*No baseline yet/s)
  const pin = tools({
    lines: [GATE],
    answer: { ...GOLDEN, baseline: { version: 'v2', pinned_at: '2026-01-01T00:00:00Z', budget_tokens: 9, k: 1 } },
  })
  await run('golden', ['docs', 'pin'], {}, pin)
  assert.deepEqual(pin.asked, [['/v1/indexes/docs/gate', { pin: true }], ['GET /v1/indexes/docs/golden']])
  assert.match(pin.printed.join('\n'), /The baseline is v2, pinned 2026-01-01 00:00: 9 tokens/)
  const clear = tools({})
  await run('golden', ['docs', 'clear'], {}, clear)
  assert.deepEqual(clear.asked, [['DELETE /v1/indexes/docs/golden']])
  await writeFile(file, '{"question":\n')
  await assert.rejects(run('golden', ['docs', 'set', file], {}, on), /golden.jsonl:1 cannot be read/)
  await assert.rejects(run('golden', ['docs', 'forget'], {}, on), { code: 'invalid_request' })
})
