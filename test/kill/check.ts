import { setTimeout as sleep } from 'node:timers/promises'
import { textOf, tokenOf, wordOf } from './content.ts'
import type { Findings } from './oracle.ts'
import type { KilledService } from './service.ts'
import { INDEX, type World } from './traffic.ts'

const DRAIN_MS = 60_000

interface Item {
  readonly doc: string
  readonly span: readonly number[]
}

/** Whether every job has ended within a minute. */
export async function drained(service: KilledService): Promise<boolean> {
  for (let waited = 0; waited < DRAIN_MS; waited += 50) {
    const left = await Promise.all(['queued', 'running'].map((state) => service.send('GET', `/v1/jobs?state=${state}&limit=1`)))
    if (left.every(({ json, status }) => status === 503 || (json['jobs'] as readonly unknown[] | undefined)?.length === 0)) return true
    await sleep(50)
  }
  return false
}

async function standing(service: KilledService, index: string): Promise<{ readonly id: string; readonly content: number }[]> {
  const all: { readonly id: string; readonly content: number }[] = []
  let after = ''
  for (;;) {
    const { json } = await service.send('GET', `/v1/documents?index=${index}&limit=100${after}`)
    const page = json['documents'] as readonly { readonly id: string; readonly metadata: { readonly n: number } }[]
    all.push(...page.map(({ id, metadata }) => ({ id, content: metadata.n })))
    if (json['next'] === null) return all
    after = `&after=${encodeURIComponent(json['next'] as string)}`
  }
}

/** What stands against what must: documents, what verification says of them, and a sample of texts and searches. */
export async function check(
  service: KilledService,
  world: World,
  options: { readonly jobs: boolean; readonly sample: number },
): Promise<Findings> {
  const findings = world.oracle.compare(await standing(service, INDEX), (id) => options.jobs || !id.startsWith('j'))
  const { json } = await service.send('POST', `/v1/indexes/${INDEX}/verify`)
  if (json['ok'] !== true) findings.wrong.push(`verify: ${JSON.stringify(json['checks'] ?? json).slice(0, 1000)}`)
  const all = world.oracle.standing().filter(([id]) => options.jobs || !id.startsWith('j'))
  for (const [id, content] of sampled(all, options.sample, world.next)) {
    const token = tokenOf(id, content)
    const text = await service.send('GET', `/v1/documents/${id}/text?index=${INDEX}`)
    if (!text.text.includes(token)) findings.wrong.push(`${id}: its text is not that of writing ${content}`)
    const items = await ask(service, INDEX, token)
    if (!items.some(({ doc }) => doc === id)) findings.lost.push(`${id}: writing ${content} is not found by its word`)
  }
  return findings
}

/** Questions that give something else than an index does that was filled afresh with what stands. */
export async function compareWithFresh(service: KilledService, world: World, name: string): Promise<readonly string[]> {
  const lines = world.oracle.standing().map(([id, content]) => ({ id, content: textOf(id, content), metadata: { n: content } }))
  await service.send('POST', '/v1/indexes', { name })
  const failed: string[] = []
  for await (const line of service.batch(`/v1/documents/batch?index=${name}`, lines)) {
    if (line['type'] === 'document' && line['status'] !== 'new') failed.push(JSON.stringify(line))
    if (line['type'] === 'problem') failed.push(JSON.stringify(line))
  }
  const wrong = [...failed]
  const tokens = sampled(world.oracle.standing(), 20, world.next).map(([id, content]) => tokenOf(id, content))
  for (const query of tokens) {
    const [mine, fresh] = [await ask(service, INDEX, query), await ask(service, name, query)]
    const first = (items: readonly Item[]) => `${items[0]?.doc ?? '-'} ${JSON.stringify(items[0]?.span)}`
    if (first(mine) !== first(fresh)) wrong.push(`${query}: ${first(mine)} here, ${first(fresh)} in a fresh index`)
  }
  for (let word = 0; word < 20; word++) {
    const query = `${wordOf(word)} ${wordOf(word + 7)}`
    const [mine, fresh] = [await ask(service, INDEX, query), await ask(service, name, query)]
    if (JSON.stringify(mine) !== JSON.stringify(fresh))
      wrong.push(`${query}: ${JSON.stringify(mine)} here, ${JSON.stringify(fresh)} in a fresh index`)
  }
  await service.send('DELETE', `/v1/indexes/${name}`)
  return wrong
}

async function ask(service: KilledService, index: string, query: string): Promise<readonly Item[]> {
  const asked = { query, index, budget: { tokens: 400 }, deadline_ms: 10_000, intent: 'lookup' }
  const { json } = await service.send('POST', '/v1/retrieve', asked)
  return (json['items'] as readonly Item[] | undefined)?.map(({ doc, span }) => ({ doc, span })) ?? []
}

function sampled<Value>(values: readonly Value[], count: number, next: () => number): readonly Value[] {
  return values.length <= count ? values : Array.from({ length: count }, () => values[Math.floor(next() * values.length)] as Value)
}
