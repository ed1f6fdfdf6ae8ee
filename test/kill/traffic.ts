import { setTimeout as sleep } from 'node:timers/promises'
import { textOf, wordOf } from './content.ts'
import { Oracle } from './oracle.ts'
import type { KilledService } from './service.ts'

export const INDEX = 'docs'

export interface Counts {
  queries: number
  puts: number
  deletes: number
  jobs: number
  rebuilds: number
  publishes: number
  rollbacks: number
  /** Answers that no request of this kind should get. */
  readonly refusals: Map<string, number>
}

export interface World {
  readonly oracle: Oracle
  readonly next: () => number
  readonly counts: Counts
  /** Grows with every writing, so that no two are alike. */
  writing: number
  jobNumber: number
}

export const newWorld = (next: () => number): World => ({
  oracle: new Oracle(),
  next,
  counts: { queries: 0, puts: 0, deletes: 0, jobs: 0, rebuilds: 0, publishes: 0, rollbacks: 0, refusals: new Map() },
  writing: 0,
  jobNumber: 0,
})

const body = (id: string, content: number) => ({ id, content: textOf(id, content), metadata: { n: content } })
const STORED = new Set(['new', 'changed', 'unchanged'])

type Loop = (service: KilledService, world: World) => Promise<void>

const refused = (world: World, status: number, json: Record<string, unknown>): void => {
  const code = `${status} ${String(json['code'])}`
  world.counts.refusals.set(code, (world.counts.refusals.get(code) ?? 0) + 1)
}

/** Ids of one loop are written by no other, so that of each document one request is under way at a time. */
const pick = (prefix: string, of: number, { next }: World): string => `${prefix}${Math.floor(next() * of)}`

const batches: Loop = async (service, world) => {
  const ids = new Set(Array.from({ length: 2 + Math.floor(world.next() * 7) }, () => pick('b', 30, world)))
  const lines = [...ids].map((id) => body(id, (world.writing += 1)))
  const sent = new Map(lines.map(({ id, metadata }) => [id, metadata.n]))
  for (const [id, content] of sent) world.oracle.sent(id, content)
  for await (const line of service.batch(`/v1/documents/batch?index=${INDEX}`, lines)) {
    const { type, id, status } = line
    if (type === 'document' && STORED.has(String(status))) {
      world.oracle.acknowledged(String(id), sent.get(String(id)) ?? null)
      world.counts.puts += 1
    } else if (type === 'document') refused(world, 200, (line['error'] ?? {}) as Record<string, unknown>)
    else if (type === 'problem') refused(world, Number(line['status']), line)
  }
}

/** Whether it was stored before the answer came. */
async function put(service: KilledService, world: World, id: string): Promise<boolean> {
  const content = (world.writing += 1)
  world.oracle.sent(id, content)
  const { status, json } = await service.send('POST', '/v1/documents', { index: INDEX, wait: true, documents: [body(id, content)] })
  const [document] = (json['documents'] ?? []) as readonly { readonly status: string }[]
  if (status !== 200 || !STORED.has(document?.status ?? '')) {
    refused(world, status, json)
    return false
  }
  world.oracle.acknowledged(id, content)
  return true
}

const singles: Loop = async (service, world) => {
  if (await put(service, world, pick('w', 12, world))) world.counts.puts += 1
}

const deletions: Loop = async (service, world) => {
  const id = pick('d', 10, world)
  if (!(await put(service, world, id)) || world.next() < 0.3) return
  world.oracle.sent(id, null)
  const { status, json } = await service.send('DELETE', `/v1/documents/${id}?index=${INDEX}`)
  if (status !== 200) {
    refused(world, status, json)
    return
  }
  world.oracle.acknowledged(id, null)
  world.counts.deletes += 1
}

/** So many waiting jobs give each kill something to lose and are still worked off in seconds. */
const WAITING_JOBS = 8

/** A job is acknowledged when it is on disk: what it holds must be there when the queue is empty. */
const jobs: Loop = async (service, world) => {
  const waiting = await service.send('GET', `/v1/jobs?state=queued&limit=${WAITING_JOBS}`)
  if (waiting.status !== 200) refused(world, waiting.status, waiting.json)
  if ((waiting.json['jobs'] as readonly unknown[] | undefined)?.length === WAITING_JOBS) {
    await sleep(100)
    return
  }
  const documents = Array.from({ length: 1 + Math.floor(world.next() * 3) }, () => body(`j${(world.jobNumber += 1)}`, (world.writing += 1)))
  for (const { id, metadata } of documents) world.oracle.sent(id, metadata.n)
  const { status, json } = await service.send('POST', '/v1/documents', { index: INDEX, documents })
  if (status !== 202) {
    refused(world, status, json)
    return
  }
  for (const { id, metadata } of documents) world.oracle.acknowledged(id, metadata.n)
  world.counts.jobs += 1
  await sleep(100)
}

const queries: Loop = async (service, world) => {
  const query = `the ${wordOf(Math.floor(world.next() * 30))} of the ${wordOf(Math.floor(world.next() * 30))}`
  const { status, json } = await service.send('POST', '/v1/retrieve', { query, index: INDEX, budget: { tokens: 300 }, deadline_ms: 10_000 })
  if (status !== 200) {
    refused(world, status, json)
    return
  }
  world.counts.queries += 1
}

/** Asks for a release of the index and reads to its end. What it refuses is counted; the oracle expects the same documents whatever comes of it. */
async function release(service: KilledService, world: World, path: string, asked: object): Promise<string | null> {
  let version: string | null = null
  for await (const line of service.batch(`/v1/indexes/${INDEX}/${path}`, [asked])) {
    if (line['type'] === 'release') version = String(line['version'])
    else if (line['type'] !== 'progress') refused(world, Number(line['status']), line)
  }
  return version
}

/** Versions are built from what is stored, published and left again while all the others write. */
const releases: Loop = async (service, world) => {
  const kind = world.next()
  if (kind < 0.25) {
    if ((await release(service, world, 'rollback', {})) !== null) world.counts.rollbacks += 1
    return
  }
  const isPublished = kind < 0.6
  const version = await release(service, world, 'versions', { publish: isPublished })
  if (version === null) return
  world.counts.rebuilds += 1
  if (isPublished || (await release(service, world, `versions/${version}/publish`, {})) !== null) world.counts.publishes += 1
}

const LOOPS: readonly Loop[] = [batches, singles, deletions, jobs, queries, releases]

const FIRST_WRITE_MS = 60_000

export interface Traffic {
  /** Whether a write is acknowledged within a minute. */
  readonly writing: Promise<boolean>
  stop(): Promise<void>
}

/** Keeps asking until the service is gone; `stop` is asked between requests. */
export function startTraffic(service: KilledService, world: World): Traffic {
  let going = true
  const before = world.counts.puts
  const running = LOOPS.map(async (loop) => {
    while (going) {
      try {
        await loop(service, world)
      } catch {
        // The service was killed under the request: it is neither acknowledged nor refused.
        return
      }
    }
  })
  const ended = Promise.all(running).then(() => (going = false))
  const writing = async (): Promise<boolean> => {
    for (let waited = 0; waited < FIRST_WRITE_MS && going && world.counts.puts === before; waited += 10) await sleep(10)
    return world.counts.puts > before
  }
  return {
    writing: writing(),
    async stop() {
      going = false
      await ended
    },
  }
}

/** Removes what jobs wrote, so that a long run does not grow; only what is known to stand. */
export async function trimJobs(service: KilledService, { oracle }: World, keep: number): Promise<void> {
  for (const id of oracle.settled('j').slice(0, -keep)) {
    oracle.sent(id, null)
    if ((await service.send('DELETE', `/v1/documents/${id}?index=${INDEX}`)).status === 200) oracle.acknowledged(id, null)
  }
}
