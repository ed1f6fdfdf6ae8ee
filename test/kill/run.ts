import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { check, compareWithFresh, drained } from './check.ts'
import { random } from './content.ts'
import { noFindings, type Findings } from './oracle.ts'
import { KilledService, Refused } from './service.ts'
import { newWorld, startTraffic, trimJobs } from './traffic.ts'

export interface KillRun {
  readonly directory: string
  /** Whichever comes first; the seconds are not over before `LEAST_KILLS`. */
  readonly seconds: number
  readonly kills: number
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
  readonly rebuilds: number
  readonly publishes: number
  readonly rollbacks: number
  readonly checks: number
  /** Of them, with an empty queue, verification and every version. */
  readonly fullChecks: number
  readonly freshIndexes: number
  readonly documents: number
  readonly lost: number
  readonly phantom: number
  readonly duplicated: number
  readonly wrong: number
  readonly refusedToOpen: number
  readonly findings: readonly string[]
  readonly refusals: Readonly<Record<string, number>>
  /** Means, milliseconds: until a start was ready, and what looking at everything took after it. */
  readonly startMs: number
  readonly checkMs: number
}

/** The longest that a service lives when it has begun to write; most live for two seconds or less. */
const LIFE_MS = 5000
/** Of those that are not killed at their start, so many die before the first parser has, and the others while writes are under way. */
const EARLY_SHARE = 0.25
/** A start is killed at most so long after its beginning; a whole one takes about two seconds. */
const START_MS = 2500
/** In between they die at work on what the ones before left in the queue. */
const FULL_EVERY = 5
/** However slow the machine is. */
const LEAST_KILLS = 3
const FRESH_EVERY = 25
const KEPT_JOB_DOCUMENTS = 40

const environmentOf = (directory: string) => ({
  // A third less of each start is compiling.
  NODE_COMPILE_CACHE: path.join(directory, 'compiled'),
  // Every load optimises, not only a large one.
  RATION_INGEST__OPTIMIZE_CHUNKS: '5',
  // Deaths are ours: no document is to blame for them.
  RATION_JOBS__POISON_DEATHS: '100',
})

/** Kills a service that is at work, again and again, and compares what stands after each start with what it had acknowledged. */
export async function killRun({ directory, seconds, kills, seed, say, prepare }: KillRun): Promise<KillResult> {
  const data = path.join(directory, 'data')
  await mkdir(data, { recursive: true })
  await prepare(data)
  const next = random(seed)
  const world = newWorld(next)
  const { counts } = world
  const total = noFindings()
  const tally = { kills: 0, killsAtStart: 0, starts: 0, startMs: 0, checks: 0, fullChecks: 0, checkMs: 0, freshIndexes: 0, refused: 0 }
  const began = Date.now()
  const isOver = () => tally.kills >= kills || (tally.kills >= LEAST_KILLS && Date.now() - began > seconds * 1000)

  const note = (findings: Findings): void => {
    for (const kind of ['lost', 'phantom', 'duplicated', 'wrong'] as const) {
      total[kind].push(...findings[kind].map((line) => `${kind} after kill ${tally.kills}: ${line}`))
      for (const line of findings[kind]) say(`${kind}: ${line}`)
    }
  }

  const first = await start(null)
  if (first instanceof KilledService) {
    await first.send('POST', '/v1/indexes', { name: 'docs' })
    // Only an orderly end keeps what was compiled.
    await first.stop()
  }
  for (;;) {
    const isLast = isOver()
    if (!isLast && next() < 0.15) {
      if ((await start(Math.floor(next() * START_MS))) === 'killed') {
        tally.kills += 1
        tally.killsAtStart += 1
      }
      continue
    }
    const service = await start(null)
    if (service === null || service === 'killed') break
    await look(service, isLast)
    if (isLast) {
      await service.kill()
      break
    }
    const traffic = startTraffic(service, world)
    const isEarly = next() < EARLY_SHARE
    if (!isEarly && !(await traffic.writing)) note({ ...noFindings(), wrong: ['nothing was written within a minute'] })
    await sleep(next() ** 1.5 * LIFE_MS)
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

  async function look(service: KilledService, isLast: boolean): Promise<void> {
    const at = Date.now()
    const isFull = isLast || tally.kills % FULL_EVERY === 0
    if (isFull && !(await drained(service))) note({ ...noFindings(), lost: ['jobs did not end'] })
    note(await check(service, world, { full: isFull, sample: isLast ? 1000 : 6 }))
    tally.checks += 1
    tally.checkMs += Date.now() - at
    if (!isFull) return
    tally.fullChecks += 1
    await trimJobs(service, world, KEPT_JOB_DOCUMENTS)
    if (!isLast && tally.kills % FRESH_EVERY !== 0) return
    note({ ...noFindings(), wrong: [...(await compareWithFresh(service, world, `fresh${tally.kills}`))] })
    tally.freshIndexes += 1
  }

  async function start(killAfterMs: number | null): Promise<KilledService | 'killed' | null> {
    const at = Date.now()
    try {
      const service = await KilledService.start(data, environmentOf(directory), killAfterMs)
      if (service === null) return 'killed'
      tally.starts += 1
      tally.startMs += Date.now() - at
      return service
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
    rebuilds: counts.rebuilds,
    publishes: counts.publishes,
    rollbacks: counts.rollbacks,
    checks: tally.checks,
    fullChecks: tally.fullChecks,
    freshIndexes: tally.freshIndexes,
    documents: world.oracle.standing().length,
    lost: total.lost.length,
    phantom: total.phantom.length,
    duplicated: total.duplicated.length,
    wrong: total.wrong.length - tally.refused,
    refusedToOpen: tally.refused,
    findings: [...total.lost, ...total.phantom, ...total.duplicated, ...total.wrong].slice(0, 100),
    refusals: Object.fromEntries(counts.refusals),
    startMs: Math.round(tally.startMs / Math.max(1, tally.starts)),
    checkMs: Math.round(tally.checkMs / Math.max(1, tally.checks)),
  }
}
