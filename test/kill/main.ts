import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { copyDatabase } from '../state/database-fixture.ts'
import { killRun } from './run.ts'

/** `node test/kill/main.ts [--minutes 30] [--kills 300] [--seed 1] [--out bench/results/kill.json]`: exits with 1 where anything was found. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    kills: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    out: { type: 'string' },
  },
})
const directory = await mkdtemp(path.join(tmpdir(), 'ration-kill-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
try {
  const run = {
    directory,
    seconds: Number(values.minutes) * 60,
    kills: Number(values.kills),
    seed: Number(values.seed),
    say,
    prepare: copyDatabase,
  }
  const result = await killRun(run)
  say(JSON.stringify(result, null, 2))
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`)
  process.exitCode = result.findings.length === 0 ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}
