import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from '../../bench/machine.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { copyDatabase } from '../state/database-fixture.ts'
import { killRun, type KillResult } from './run.ts'

/** `node test/kill/main.ts [--minutes 30] [--kills 300] [--seed 1] [--out bench/results/kill.json]`: adds to the runs in the file, exits with 1 where anything was found. */
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
  if (values.out !== undefined) await append(values.out, result)
  process.exitCode = result.findings.length === 0 ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Runs of one file stand side by side in the table of docs/benchmarks.md. */
async function append(file: string, run: KillResult): Promise<void> {
  const { runs = [] } = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as { readonly runs?: readonly KillResult[] }
  const results = { bench: 'kill', runs: [...runs, run], machine: describeMachine(), versions: { ration: packageFile.version } }
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
}
