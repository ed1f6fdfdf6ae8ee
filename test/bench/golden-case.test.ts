import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runGolden } from '../../bench/golden/command.ts'
import { readCase } from '../../bench/golden/case.ts'
import type { Session } from '../../bench/session.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Terminal } from '../../src/core/ports/command.ts'
import { createLog } from '../../src/observe/log.ts'
import { openEngine } from '../../src/services.ts'

const CASE = join(import.meta.dirname, '..', '..', 'bench', 'cases', 'docs.json')

const silent: Terminal = {
  json: true,
  print: () => undefined,
  printJson: () => undefined,
  warn: (text) => assert.fail(text),
  table: () => undefined,
  progress: () => ({ advance: () => undefined, stop: () => undefined }),
}

test('the golden questions are answered from the documentation as well as the case file expects', { timeout: 300_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'ration-golden-'))
  const { config } = loadConfig({ file: null, overrides: {}, environment: {} })
  const engine = await openEngine(config, { directory, log: createLog({ level: 'silent', queries: false }, 'stderr') })
  t.after(async () => {
    await engine.close()
    await rm(directory, { recursive: true, force: true })
  })
  const limits = (milliseconds: number) => ({ signal: t.signal, deadline: engine.clock.now() + milliseconds })
  const session: Session = { engine, directory, terminal: silent, limits }
  const { judged, questions } = await runGolden(session, await readCase(CASE))
  assert.ok(questions.answerable >= 60 && questions.unanswerable >= 10)
  assert.ok(judged.length > 0)
  for (const { metric, measured, figure, tolerance, verdict } of judged) {
    assert.notEqual(verdict, 'fail', `${metric} is ${String(measured)}, expected ${figure} within ${tolerance}`)
  }
})
