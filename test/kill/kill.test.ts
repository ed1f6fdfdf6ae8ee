import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { copyDatabase } from '../state/database-fixture.ts'
import { killRun } from './run.ts'

const SECONDS = Number(process.env['RATION_KILL_SECONDS'] ?? 20)

test(`killed at random moments for ${SECONDS} s, the service keeps what it acknowledged (RATION_KILL_SECONDS; test/kill/main.ts for longer)`, async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ration-kill-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const seed = Math.floor(Math.random() * 1_000_000)
  const result = await killRun({
    directory,
    seconds: SECONDS,
    kills: Infinity,
    seed,
    say: (line) => context.diagnostic(line),
    prepare: copyDatabase,
  })
  context.diagnostic(JSON.stringify({ ...result, findings: result.findings.length }))
  assert.deepEqual(result.findings, [], `seed ${seed}`)
  assert.ok(result.kills > 0 && result.acknowledged > 0)
})
