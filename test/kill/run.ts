import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { check, compareWithFresh, drained } from './check.ts'
import { random } from './content.ts'
import { Oracle, noFindings, type Findings } from './oracle.ts'
import { KilledService, Refused } from './service.ts'
import { startTraffic, trimJobs, type World } from './traffic.ts'

export interface KillRun {
  readonly directory: string
  readonly seconds: number
  readonly seed: number
  readonly say: (line: string) => void
  /** A control database that exists already saves seconds of the first start. */
  readonly prepare: (directory: string) => Promise<void>
}

export interface KillResult {
  readonly seed: number
  readonly seconds: number
  readonly kills: number
  /** Of them, before the service had started. */
  readonly killsAtStart: number
  readonly acknowledged: number
  readonly puts: number
  readonly deletes: number
  readonly jobs: number
  readonly queries: number
  readonly publishes: number
  readonly checks: number
  readonly freshIndexes: number
  readonly documents: number
  readonly lost: number
  readonly phantom: number
  readonly duplicated: number
  readonly wrong: number
  readonly refusedToOpen: number
  readonly findings: readonly string[]
  readonly refusals: Readonly<Record<string, number>>
}

/** The longest that a service lives between its start and its death. */
const LIFE_MS = 2500
/** A start is killed at most so long after its beginning; a whole one takes about a second. */
const START_MS = 1500
const FRESH_EVERY = 25
const KEPT_JOB_DOCUMENTS = 40

/** Kills a service that is at work, again and again, and compares what stands after each start with what it had acknowledged. */
export async function killRun({ directory, seconds, seed, say, prepare }: KillRun): Promise<KillResult> {
  const data = path.join(directory, 'data')
  await mkdir(data, { recursive: true })
  await prepare(data)
  const next = random(seed)
  const counts = { queries: 0, puts: 0, deletes: 0, jobs: 0, publishes: 0, refusals: new Map<string, number>() }
  const world: World = { oracle: new Oracle(), next, counts, writing: 0, jobNumber: 0 }
  const total = noFindings()
  const tally = { kills: 0, killsAtStart: 0, checks: 0, freshIndexes: 0, refused: 0 }
  const began = Date.now()
  const isOver = () => Date.now() - began > seconds * 1000

  const note = (findings: Findings): void => {
    for (const kind of ['lost', 'phantom', 'duplicated', 'wrong'] as const) {
      total[kind].push(...findings[kind].map((line) => `${kind} after kill ${tally.kills}: ${line}`))
      for (const line of findings[kind]) say(`${kind}: ${line}`)
    }
  }

  for (;;) {
    const isLast = isOver()
    if (!isLast && tally.kills > 0 && next() < 0.15) {
      if ((await start(Math.floor(next() * START_MS))) === 'killed') {
        tally.kills += 1
        tally.killsAtStart += 1
      }
      continue
    }
    const service = await start(null)
    if (service === null || service === 'killed') break
    if (tally.kills === 0) await service.send('POST', '/v1/indexes', { name: 'docs' })
    else {
      // Some die while they are at work on what the one before left.
      const waits = isLast || next() < 0.7
      const isDrained = waits && (await drained(service))
      if (waits && !isDrained) total.lost.push(`jobs did not end after kill ${tally.kills}`)
      note(await check(service, world, { jobs: isDrained, sample: isLast ? 1000 : 6 }))
      tally.checks += 1
      if (isDrained) await trimJobs(service, world, KEPT_JOB_DOCUMENTS)
      if (isDrained && (isLast || tally.kills % FRESH_EVERY === 0)) {
        note({ ...noFindings(), wrong: [...(await compareWithFresh(service, world, `fresh${tally.kills}`))] })
        tally.freshIndexes += 1
      }
    }
    if (isLast) {
      await service.kill()
      break
    }
    const traffic = startTraffic(service, world, [])
    await sleep(200 + next() * LIFE_MS)
    await service.kill()
    await traffic.stop()
    tally.kills += 1
    if (tally.kills % 10 === 0) {
      const found = total.lost.length + total.phantom.length + total.duplicated.length + total.wrong.length + tally.refused
      say(
        `${tally.kills} kills, ${world.oracle.acknowledgements} acknowledged, ${counts.queries} questions, ${found} findings, ${Math.round((Date.now() - began) / 1000)} s`,
      )
    }
  }
  await rm(data, { recursive: true, force: true })

  async function start(killAfterMs: number | null): Promise<KilledService | 'killed' | null> {
    try {
      return (await KilledService.start(data, {}, killAfterMs)) ?? 'killed'
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      tally.refused += 1
      total.wrong.push(`refused to open after kill ${tally.kills}: ${error.message}`)
      say(`refused to open: ${error.message}`)
      return null
    }
  }

  return {
    seed,
    seconds: Math.round((Date.now() - began) / 1000),
    kills: tally.kills,
    killsAtStart: tally.killsAtStart,
    acknowledged: world.oracle.acknowledgements,
    puts: counts.puts,
    deletes: counts.deletes,
    jobs: counts.jobs,
    queries: counts.queries,
    publishes: counts.publishes,
    checks: tally.checks,
    freshIndexes: tally.freshIndexes,
    documents: world.oracle.standing().length,
    lost: total.lost.length,
    phantom: total.phantom.length,
    duplicated: total.duplicated.length,
    wrong: total.wrong.length - tally.refused,
    refusedToOpen: tally.refused,
    findings: [...total.lost, ...total.phantom, ...total.duplicated, ...total.wrong].slice(0, 100),
    refusals: Object.fromEntries(counts.refusals),
  }
}
