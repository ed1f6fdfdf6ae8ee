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

/** A chunk that a question found, with what each leg said of it. */
interface Candidate {
  readonly id: string
  readonly evidence: readonly { readonly leg: string; readonly rank: number; readonly score: number }[]
}

interface Found {
  readonly items: readonly Item[]
  readonly candidates: readonly Candidate[]
  /** What the vector leg was asked for. */
  readonly depth: number
}

/** Whether every job has ended within a minute. */
export async function drained(service: KilledService): Promise<boolean> {
  for (let waited = 0; waited < DRAIN_MS; waited += 50) {
    const left = await Promise.all(['queued', 'running'].map((state) => service.send('GET', `/v1/jobs?state=${state}&limit=1`)))
    if (left.every(({ json }) => (json['jobs'] as readonly unknown[] | undefined)?.length === 0)) return true
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

/**
 * What stands against what must: documents and a sample of texts and searches. In `full`, when every job has ended, also what jobs wrote, what
 * verification says and whether each version can be asked.
 */
export async function check(
  service: KilledService,
  world: World,
  { full, sample }: { readonly full: boolean; readonly sample: number },
): Promise<Findings> {
  const isChecked = (id: string): boolean => full || !id.startsWith('j')
  const findings = world.oracle.compare(await standing(service, INDEX), isChecked)
  if (full) findings.wrong.push(...(await damage(service)))
  const all = world.oracle.standing().filter(([id]) => isChecked(id))
  for (const [id, content] of sampled(all, sample, world.next)) {
    const token = tokenOf(id, content)
    const text = await service.send('GET', `/v1/documents/${id}/text?index=${INDEX}`)
    if (!text.text.includes(token)) findings.wrong.push(`${id}: its text is not that of writing ${content}`)
    const { items } = await ask(service, INDEX, token)
    if (!items.some(({ doc }) => doc === id)) findings.lost.push(`${id}: writing ${content} is not found by its word`)
  }
  return findings
}

async function damage(service: KilledService): Promise<readonly string[]> {
  const { json } = await service.send('POST', `/v1/indexes/${INDEX}/verify`)
  const wrong = json['ok'] === true ? [] : [`verify: ${JSON.stringify(json['checks'] ?? json).slice(0, 1000)}`]
  const { json: listed } = await service.send('GET', `/v1/indexes/${INDEX}/versions`)
  const versions = listed['versions'] as readonly {
    readonly version: string
    readonly state: string
    readonly aliases: readonly string[]
  }[]
  const current = versions.filter(({ aliases }) => aliases.includes('current'))
  if (current.length !== 1) wrong.push(`${current.length} versions are current`)
  for (const { version, state } of versions) {
    if (state === 'building') wrong.push(`${version} is being built by nobody`)
    if (state === 'collected') continue
    const { status, json: answer } = await service.send('POST', '/v1/retrieve', asking(`${INDEX}@${version}`, 'the copper falcon'))
    if (status !== 200) wrong.push(`${version} does not answer: ${JSON.stringify(answer)}`)
  }
  return wrong
}

/**
 * Questions that give something else than an index does that was filled afresh with what stands. Full-text scores count words of rows that are gone
 * until their part of the index is made again, so two indexes of one content may order and pack close ones differently: the live version has to find
 * each document by its own word, and of every chunk that both indexes find its vector leg has to say the same. A version that was rebuilt from it has to
 * answer the same.
 */
export async function compareWithFresh(service: KilledService, world: World, name: string): Promise<readonly string[]> {
  const lines = world.oracle.standing().map(([id, content]) => ({ id, content: textOf(id, content), metadata: { n: content } }))
  await service.send('POST', '/v1/indexes', { name })
  const wrong: string[] = []
  for await (const line of service.batch(`/v1/documents/batch?index=${name}`, lines)) {
    if (line['type'] === 'problem' || (line['type'] === 'document' && line['status'] !== 'new')) wrong.push(JSON.stringify(line))
  }
  const tokens = sampled(world.oracle.standing(), 20, world.next).map(([id, content]) => tokenOf(id, content))
  const words = Array.from({ length: 20 }, (_, word) => `${wordOf(word)} ${wordOf(word + 7)}`)
  const queries = [...tokens, ...words]
  const fresh = await answers(service, name, queries)
  if (tokens.length > 0 && fresh.some(({ candidates }) => candidates.length === 0)) wrong.push('a fresh index finds nothing')
  for (const [index, mine] of (await answers(service, INDEX, queries)).entries()) {
    const theirs = fresh[index] ?? NOTHING
    wrong.push(...differences(mine, theirs).map((line) => `${queries[index]}: ${line} in a fresh index`))
    const [first, other] = [told(mine.items.slice(0, 1)), told(theirs.items.slice(0, 1))]
    if (index < tokens.length && first !== other) wrong.push(`${queries[index]}: ${first} first here, ${other} in a fresh index`)
  }
  const version = await rebuilt(service)
  for (const [index, mine] of (await answers(service, INDEX, queries)).entries()) {
    const theirs = fresh[index] ?? NOTHING
    if (told(mine.items) !== told(theirs.items)) {
      wrong.push(`${queries[index]}: ${told(mine.items)} in ${version}, ${told(theirs.items)} in a fresh index`)
    }
  }
  await service.send('DELETE', `/v1/indexes/${name}`)
  return wrong
}

const NOTHING: Found = { items: [], candidates: [], depth: 0 }
/** Cosines of the same vectors, computed over batches of another size. */
const COSINE_NOISE = 1e-4
/** Two cosines that differ by less than their noise change places. */
const RANK_NOISE = 1

const told = (items: readonly Item[]): string => items.map(({ doc, span }) => `${doc} ${span.join('-')}`).join(', ')

/** Half of the chunks must be the same, since fusion cuts; and the vector leg counts no row that is gone, so of the same chunk it says the same. */
function differences({ candidates: mine, depth }: Found, { candidates: theirs }: Found): readonly string[] {
  const here = new Map(mine.map((candidate) => [candidate.id, candidate]))
  const common = theirs.filter(({ id }) => here.has(id))
  const few = 2 * common.length < theirs.length ? [`${common.length} of ${theirs.length} chunks found that are found`] : []
  return [
    ...few,
    ...common.flatMap((other) => {
      // What the leg has cut off would come next.
      const cut = { rank: depth + 1, score: null }
      const [one, its] = [inVectorLeg(here.get(other.id)) ?? cut, inVectorLeg(other) ?? cut]
      const isSameVector = one.score === null || its.score === null || Math.abs(one.score - its.score) < COSINE_NOISE
      const isSame = isSameVector && Math.abs(one.rank - its.rank) <= RANK_NOISE
      return isSame ? [] : [`${other.id} at ${one.rank} (${one.score}) here, at ${its.rank} (${its.score})`]
    }),
  ]
}

const inVectorLeg = (candidate: Candidate | undefined) => candidate?.evidence.find(({ leg }) => leg === 'vector')

async function answers(service: KilledService, index: string, queries: readonly string[]): Promise<readonly Found[]> {
  const all: Found[] = []
  for (const query of queries) all.push(await ask(service, index, query))
  return all
}

/** Makes a version from what is stored and publishes it; its name, or what was refused. */
async function rebuilt(service: KilledService): Promise<string> {
  let last: Record<string, unknown> = {}
  for await (const line of service.batch(`/v1/indexes/${INDEX}/versions`, [{ publish: true }])) last = line
  return last['type'] === 'release' ? String(last['version']) : JSON.stringify(last)
}

const asking = (index: string, query: string) => ({ query, index, budget: { tokens: 400 }, deadline_ms: 10_000, intent: 'lookup' })

async function ask(service: KilledService, index: string, query: string): Promise<Found> {
  const { json } = await service.send('POST', '/v1/retrieve', { ...asking(index, query), explain: true })
  const explain = json['explain'] as
    { readonly candidates: readonly Candidate[]; readonly plan: { readonly vector_depth: number } } | undefined
  const items = (json['items'] as readonly Item[] | undefined) ?? []
  return {
    items: items.map(({ doc, span }) => ({ doc, span })),
    candidates: explain?.candidates ?? [],
    depth: explain?.plan.vector_depth ?? 0,
  }
}

function sampled<Value>(values: readonly Value[], count: number, next: () => number): readonly Value[] {
  return values.length <= count ? values : Array.from({ length: count }, () => values[Math.floor(next() * values.length)] as Value)
}
