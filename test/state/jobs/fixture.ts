import type { DocumentId, IndexName, TenantId } from '../../../src/core/ids.ts'
import type { JobItem, JobQueue, JobStatus, JobWork, Submission } from '../../../src/core/ports/job-queue.ts'
import type { JobSettings } from '../../../src/state/jobs/settings.ts'

export const ACME = 'acme' as TenantId
export const OTHER = 'other' as TenantId

export const JOBS: JobSettings = {
  tenantJobs: 1000,
  tenantBytes: 100_000_000,
  payloadBytes: 50_000_000,
  items: 10_000,
  concurrency: 1,
  weights: {},
  attempts: 3,
  backOffS: 0,
  backOffMaxS: 60,
  fullDiskMs: 50,
  leaseS: 10,
  runMinutes: 60,
  poisonDeaths: 3,
  keepDays: 7,
  keepJobs: 10_000,
  deadLetters: 1000,
  watchers: 100,
  watchMs: 1,
  idempotencyDays: 1,
  journalBytes: 1_048_576,
}

export const documentItem = (id: string, content: string | Uint8Array = `# ${id}`): JobItem => ({
  kind: 'document',
  document: { id: id as DocumentId, title: null, uri: null, mediaType: 'text/markdown', content, metadata: {} },
})

export async function* itemsOf(...items: readonly JobItem[]): AsyncGenerator<JobItem, undefined> {
  yield* items
}

export const submission = (ids: readonly string[], change: Partial<Submission> = {}): Submission => ({
  tenant: ACME,
  key: null,
  index: 'default' as IndexName,
  feature: 'tests',
  idempotencyKey: null,
  requestHash: 'hash',
  items: itemsOf(...ids.map((id) => documentItem(id))),
  ...change,
})

export const idOf = (item: JobItem): DocumentId => (item.kind === 'url' ? item.id : item.document.id)

/** Settles every document as new, after `before`. */
export function settling(before: (id: DocumentId, signal: AbortSignal) => Promise<void> | void = () => undefined): JobWork {
  return {
    async run(_job, items, events, { signal }) {
      events.stage('ingesting')
      for await (const item of items) {
        await before(idOf(item), signal)
        events.settled({ id: idOf(item), status: 'new', chunks: 2, error: null })
      }
    },
  }
}

/** The final status. */
export async function ended(queue: JobQueue, { tenant, id }: Pick<JobStatus, 'tenant' | 'id'>): Promise<JobStatus> {
  let last: JobStatus | null = null
  for await (const status of queue.watch(tenant, id, AbortSignal.timeout(60_000))) last = status
  if (last === null || last.finishedAt === null) throw new Error(`job ${id} did not end: ${JSON.stringify(last)}`)
  return last
}
