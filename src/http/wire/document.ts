import { z } from 'zod'
import type { IngestedDocument, IngestReport } from '../../core/ports/ingester.ts'
import type { DocumentSummary, ParsedDocument, RawDocument } from '../../core/types.ts'
import { metadata, type MetadataLimits } from './metadata.ts'
import { documentId, title, uri } from './primitives.ts'

export const DOCUMENT_EXAMPLE = {
  id: 'guide/keys.md',
  title: 'API keys',
  uri: 'https://example.com/guide/keys',
  media_type: 'text/markdown',
  content: '# API keys\n\nRotate a key by creating a second one and revoking the first.',
  metadata: { product: 'api', updated: '2026-01-15' },
}

/** A document as a caller sends it, inline or as one line of a batch. */
export const documentBody = (limits: MetadataLimits) =>
  z
    .strictObject({
      id: documentId,
      title: title.nullish().describe('Taken from the content where it is missing'),
      uri: uri.nullish().describe('Where a reader finds the original; cited'),
      media_type: z
        .string()
        .regex(/^[\w.+-]{1,64}\/[\w.+-]{1,64}$/, 'must be a media type such as text/markdown')
        .optional()
        .describe('A hint: what the content is decides. Text is taken for text/markdown where it is missing'),
      // Their size is bounded by the body or the line here, and by ingest.document_bytes there, where it fails alone.
      content: z.string().optional().describe('The text'),
      content_base64: z.string().refine(isBase64, 'must be base64').optional().describe('The bytes of a file, in the place of `content`'),
      metadata: metadata(limits).default({}),
    })
    .superRefine(({ content, content_base64: bytes }, context) => {
      if ((content === undefined) === (bytes === undefined))
        context.addIssue({ code: 'custom', path: ['content'], message: 'either content or content_base64 must be there' })
    })
    .meta({ examples: [DOCUMENT_EXAMPLE] })

export type DocumentBody = z.output<ReturnType<typeof documentBody>>

/** Lone surrogates cannot be stored as UTF-8: each becomes U+FFFD here, one code unit for one, before spans are counted. */
export function toRawDocument(body: DocumentBody): RawDocument {
  return {
    id: body.id,
    title: body.title ?? null,
    uri: body.uri ?? null,
    mediaType: body.media_type ?? (body.content === undefined ? 'application/octet-stream' : 'text/markdown'),
    content: body.content?.toWellFormed() ?? Buffer.from(body.content_base64 ?? '', 'base64'),
    metadata: body.metadata,
  }
}

/** A document as it is shown to whoever sent it. */
export const payloadBody = z.strictObject({
  id: z.string(),
  title: z.string().nullable(),
  uri: z.string().nullable(),
  media_type: z.string(),
  content: z.string().optional(),
  content_base64: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()),
})

/** Padded base64 (RFC 4648, section 4). Buffer.from skips whatever is none. */
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

const count = z.int().min(0)

export const ingestedSchema = z.strictObject({
  id: z.string().describe('Id of the document; `line <n>` for a line of a batch that could not be read'),
  status: z.enum(['new', 'changed', 'unchanged', 'failed']),
  chunks: count,
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  warnings: z
    .array(z.string())
    .describe('What a reader should know about the way the text came about: characters removed, pages without text'),
})

export const reportSchema = z.strictObject({
  documents: z.strictObject({ new: count, changed: count, unchanged: count, failed: count }),
  chunks: count,
  redundant_chunks: z
    .strictObject({
      exact: count.describe('The same text as a chunk before, whatever its title and headings'),
      near: count.describe('Nearly the same text as another chunk'),
      boilerplate: count.describe('Places of boilerplate that are not searched'),
    })
    .describe('Chunks that say nothing new, against all that the index holds; 0 in a dry run, which compares nothing'),
  duplicate_chunks: count.describe(
    'Chunks whose text, with title and headings, stood in this ingest already: embedded once, cited everywhere',
  ),
  cached_chunks: count.describe('Chunks whose text was embedded before: by an earlier load, or for another version of the index'),
  embedded_chunks: count,
  embed_tokens: count,
  cut_chunks: count.describe('Chunks longer than the encoder reads'),
  stored_bytes: count.describe('Text and vectors that were written'),
  revision: count,
  ms: z.number().min(0),
})

export type WireIngested = z.output<typeof ingestedSchema>
export type WireReport = z.output<typeof reportSchema>

export function ingestedToWire(result: IngestedDocument): WireIngested {
  const { id, status, chunks, error, warnings } = result
  return { id, status, chunks, error: error === null ? null : { code: error.code, message: error.message }, warnings: [...warnings] }
}

/** `unreadable`: lines that never became a document; they count as failed documents. */
export function reportToWire(report: IngestReport, unreadable: number): WireReport {
  const { documents } = report
  return {
    documents: {
      new: documents.new,
      changed: documents.changed,
      unchanged: documents.unchanged,
      failed: documents.failed + unreadable,
    },
    chunks: report.chunks,
    redundant_chunks: { ...report.redundant },
    duplicate_chunks: report.duplicateChunks,
    cached_chunks: report.cachedChunks,
    embedded_chunks: report.embeddedChunks,
    embed_tokens: report.embedTokens,
    cut_chunks: report.cutChunks,
    stored_bytes: report.storedBytes,
    revision: report.revision,
    ms: report.ms,
  }
}

export const summarySchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  uri: z.string().nullable(),
  media_type: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  content_hash: z.string(),
  characters: count.describe('Length of the stored text in UTF-16 code units'),
})

export const listedSchema = summarySchema.extend({ chunks: count })

export function listedToWire(summary: DocumentSummary): z.output<typeof listedSchema> {
  return { ...identity(summary), characters: summary.characters, chunks: summary.chunks }
}

export function documentToWire(document: ParsedDocument): z.output<typeof summarySchema> {
  return { ...identity(document), characters: document.text.length }
}

function identity(document: DocumentSummary | ParsedDocument) {
  return {
    id: document.id,
    title: document.title,
    uri: document.uri,
    media_type: document.mediaType,
    metadata: { ...document.metadata },
    content_hash: document.contentHash,
  }
}
