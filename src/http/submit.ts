import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { IndexName } from '../core/ids.ts'
import type { JobItem, JobStatus } from '../core/ports/job-queue.ts'
import type { HttpPorts } from './ports.ts'
import { callerOf, limitsOf } from './request.ts'
import type { HttpSettings } from './settings.ts'
import { readUpload, type Upload } from './upload.ts'
import { toJobItems, type SubmissionBody } from './wire/submission.ts'
import { toFileDocument, toUploadFields } from './wire/upload.ts'

interface Submitted {
  readonly index: IndexName | undefined
  readonly feature: string | undefined
  /** What makes two requests with one idempotency key the same. */
  readonly same: unknown
  readonly items: AsyncIterable<JobItem>
  readonly ms: number
}

/** A job out of a body of JSON. Addresses are judged by their text already, so that a forbidden one is not found out a minute later. */
export async function submitJson(http: FastifyRequest, body: SubmissionBody, settings: HttpSettings, ports: HttpPorts): Promise<JobStatus> {
  const items = toJobItems(body)
  for (const item of items) if (item.kind === 'url') ports.checkUrl(item.url)
  const { index, feature } = body
  return submit(http, { index, feature, same: body, items: each(items), ms: settings.requestDeadlineMs }, ports)
}

/**
 * A job out of a multipart body, whose files are handed on one by one as they arrive. Nobody can compare them with those of an earlier
 * upload before they were read, so a repeated idempotency key compares the fields and the length.
 */
export async function submitUpload(http: FastifyRequest, settings: HttpSettings, ports: HttpPorts): Promise<JobStatus> {
  const upload = await readUpload(http, settings)
  const { index, feature, metadata = {} } = toUploadFields(upload.fields, settings)
  const same = [index, feature, metadata, http.headers['content-length'] ?? null]
  const job = await submit(http, { index, feature, same, items: documents(upload, metadata), ms: settings.batchDeadlineMs }, ports)
  // A repeated upload is answered with the first one's job, and its client has yet to send the rest before it reads that.
  while ((await upload.files.next()).done !== true);
  return job
}

async function submit(http: FastifyRequest, { index, feature, same, items, ms }: Submitted, ports: HttpPorts): Promise<JobStatus> {
  const { tenant, key } = callerOf(http)
  const name = index ?? ports.defaults.index
  const limits = limitsOf(http, ms)
  // The default index comes into being with its first document; any other must exist: a typo is not an index.
  if (name !== ports.defaults.index) await ports.indexes.status(tenant, name, limits)
  const idempotencyKey = (http.headers['idempotency-key'] as string | undefined) ?? null
  // Nobody compares a request without a key.
  const requestHash = idempotencyKey === null ? '' : createHash('sha256').update(JSON.stringify(same)).digest('hex')
  return ports.jobs.submit({ tenant, key, index: name, feature: feature ?? '', idempotencyKey, requestHash, items }, limits)
}

async function* documents({ files }: Upload, metadata: Parameters<typeof toFileDocument>[1]): AsyncGenerator<JobItem, void, undefined> {
  for await (const file of files) yield { kind: 'document', document: toFileDocument(file, metadata) }
}

async function* each(items: readonly JobItem[]): AsyncGenerator<JobItem, void, undefined> {
  for (const item of items) yield await Promise.resolve(item)
}
