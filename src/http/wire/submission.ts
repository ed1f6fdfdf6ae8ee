import { z } from 'zod'
import type { DocumentId } from '../../core/ids.ts'
import type { JobItem } from '../../core/ports/job-queue.ts'
import type { RawDocument } from '../../core/types.ts'
import type { HttpSettings } from '../settings.ts'
import { DOCUMENT_EXAMPLE, documentBody, payloadBody, toRawDocument } from './document.ts'
import { metadata } from './metadata.ts'
import { DOCUMENT_ID_CHARACTERS, documentId, feature, indexName, plain, title } from './primitives.ts'

const URL_CHARACTERS = 4096

/** An address that a worker fetches, alone or with what is known about it. */
const addressBody = (settings: HttpSettings) =>
  z.strictObject({
    url: plain(URL_CHARACTERS).min(1),
    id: documentId.optional().describe('The address where it is missing'),
    title: title.nullish(),
    metadata: metadata(settings).default({}),
  })

type AddressBody = z.output<ReturnType<typeof addressBody>>

/** The body of `POST /v1/documents` as JSON: documents or addresses, never both. */
export const submissionBody = (settings: HttpSettings) =>
  z
    .strictObject({
      index: indexName.optional(),
      feature: feature.optional(),
      wait: z
        .boolean()
        .default(false)
        .describe(`Answers with what became of each document, when all are searchable; for up to ${settings.inlineDocuments} documents`),
      documents: z.array(documentBody(settings)).min(1).max(settings.jobDocuments).optional(),
      urls: z
        .array(z.union([plain(URL_CHARACTERS).min(1), addressBody(settings)]))
        .min(1)
        .max(settings.jobDocuments)
        .optional()
        .describe('Addresses to fetch, as text or as objects; `fetch.hosts` says from where'),
    })
    .superRefine(({ documents, urls, wait }, context) => {
      const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: path.split('.'), message })
      if ((documents === undefined) === (urls === undefined)) refuse('documents', 'either documents or urls must be there')
      else if (wait && urls !== undefined) refuse('wait', 'is for documents; addresses are fetched by a job')
      if (wait && (documents?.length ?? 0) > settings.inlineDocuments) {
        refuse('documents', `has more than the ${settings.inlineDocuments} documents that can be waited for`)
      }
      urls?.forEach((address, at) => {
        const { url, id } = toAddress(address)
        if (id === undefined && url.length > DOCUMENT_ID_CHARACTERS)
          refuse(`urls.${at}`, `needs an id: its address has more than ${DOCUMENT_ID_CHARACTERS} characters`)
      })
    })
    .meta({ examples: [{ documents: [DOCUMENT_EXAMPLE] }] })

export type SubmissionBody = z.output<ReturnType<typeof submissionBody>>

/** What a job made of the body holds. */
export function toJobItems({ documents = [], urls = [] }: SubmissionBody): readonly JobItem[] {
  return [...documents.map((body): JobItem => ({ kind: 'document', document: toRawDocument(body) })), ...urls.map(toUrlItem)]
}

function toUrlItem(address: string | AddressBody): JobItem {
  const { url, id, title: name, metadata: about } = toAddress(address)
  return { kind: 'url', url, id: id ?? (url as DocumentId), title: name ?? null, metadata: about }
}

function toAddress(address: string | AddressBody): AddressBody {
  return typeof address === 'string' ? { url: address, metadata: {} } : address
}

/** A dead letter's content in the shape in which it can be sent again. */
export const payloadSchema = z.union([
  z.strictObject({ document: payloadBody }),
  z.strictObject({
    url: z.strictObject({ url: z.string(), id: z.string(), title: z.string().nullable(), metadata: z.record(z.string(), z.unknown()) }),
  }),
])

export function payloadToWire(item: JobItem): z.output<typeof payloadSchema> {
  if (item.kind === 'document') return { document: rawToWire(item.document) }
  const { url, id, title: name, metadata: about } = item
  return { url: { url, id, title: name, metadata: { ...about } } }
}

function rawToWire({ id, title: name, uri, mediaType, content, metadata: about }: RawDocument): z.output<typeof payloadBody> {
  const held =
    typeof content === 'string'
      ? { content }
      : { content_base64: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64') }
  return { id, title: name, uri, media_type: mediaType, ...held, metadata: { ...about } }
}
