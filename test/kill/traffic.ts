import { setTimeout as sleep } from 'node:timers/promises'
import { textOf, wordOf } from './content.ts'
import type { Oracle } from './oracle.ts'
import type { KilledService } from './service.ts'

export const INDEX = 'docs'

export interface Counts {
  queries: number
  puts: number
  deletes: number
  jobs: number
  publishes: number
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
  for await (const { type, id, status } of service.batch(`/v1/documents/batch?index=${INDEX}`, lines)) {
    if (type !== 'document' || !STORED.has(String(status))) continue
    world.oracle.acknowledged(String(id), sent.get(String(id)) ?? null)
    world.counts.puts += 1
  }
}

const singles: Loop = async (service, world) => {
  const id = pick('w', 12, world)
  const content = (world.writing += 1)
  world.oracle.sent(id, content)
  const { status, json } = await service.send('POST', '/v1/documents', { index: INDEX, wait: true, documents: [body(id, content)] })
  if (status !== 200) {
    refused(world, status, json)
    return
  }
  world.oracle.acknowledged(id, content)
  world.counts.puts += 1
}

const deletions: Loop = async (service, world) => {
  const id = pick('d', 10, world)
  const content = (world.writing += 1)
  world.oracle.sent(id, content)
  const put = await service.send('POST', '/v1/documents', { index: INDEX, wait: true, documents: [body(id, content)] })
  if (put.status !== 200) {
    refused(world, put.status, put.json)
    return
  }
  world.oracle.acknowledged(id, content)
  if (world.next() < 0.3) return
  world.oracle.sent(id, null)
  const { status, json } = await service.send('DELETE', `/v1/documents/${id}?index=${INDEX}`)
  if (status !== 200) {
    refused(world, status, json)
    return
  }
  world.oracle.acknowledged(id, null)
  world.counts.deletes += 1
}

/** A job is acknowledged when it is on disk: what it holds must be there when the queue is empty. */
const jobs: Loop = async (service, world) => {
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

const LOOPS: readonly Loop[] = [batches, singles, deletions, jobs, queries]

/** Keeps asking until the service is gone; `stop` is asked between requests. */
export function startTraffic(service: KilledService, world: World, extra: readonly Loop[]): { stop(): Promise<void> } {
  let going = true
  const running = [...LOOPS, ...extra].map(async (loop) => {
    while (going) {
      try {
        await loop(service, world)
      } catch {
        // The service was killed under the request: it is neither acknowledged nor refused.
        return
      }
    }
  })
  return {
    async stop() {
      going = false
      await Promise.all(running)
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
