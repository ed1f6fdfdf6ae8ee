import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Metadata } from '../../core/types.ts'
import { parseJson } from '../json.ts'
import { invalidRequest } from '../problem.ts'
import type { HttpSettings } from '../settings.ts'
import type { UploadedFile } from '../upload.ts'
import { metadata } from './metadata.ts'
import { documentId, feature, indexName } from './primitives.ts'
import type { RawDocument } from '../../core/types.ts'

/** The fields of an upload, which stand before its files. */
export const uploadFields = (settings: HttpSettings) =>
  z.strictObject({
    index: indexName.optional(),
    feature: feature.optional(),
    metadata: metadata(settings).optional().describe('An object as JSON, for each of the files'),
  })

export type UploadFields = z.output<ReturnType<typeof uploadFields>>

/** The multipart half of the body of `POST /v1/documents`, for /openapi.json: routes know one schema for all media types. */
export const UPLOAD_JSON_SCHEMA = {
  type: 'object',
  required: ['file'],
  additionalProperties: false,
  properties: {
    index: { type: 'string', description: 'Name of an index' },
    feature: { type: 'string', description: 'What the cost is booked to, with the tenant' },
    metadata: { type: 'string', description: 'A JSON object, for each of the files' },
    file: {
      type: 'array',
      items: { type: 'string', format: 'binary' },
      description: 'Behind all other fields; the file name, with its folders, becomes id and `uri` of the document',
    },
  },
}

/** Throws `invalid_request` for fields that are unknown or malformed. */
export function toUploadFields(fields: ReadonlyMap<string, string>, settings: HttpSettings): UploadFields {
  const { metadata: json, ...rest } = Object.fromEntries(fields)
  const parsed = uploadFields(settings).safeParse(json === undefined ? rest : { ...rest, metadata: metadataOf(json, settings.jsonDepth) })
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error.issues.map(({ path, message }) => ({ path: ['body', ...path].join('.'), message })))
}

function metadataOf(json: string, depth: number): unknown {
  try {
    return parseJson(Buffer.from(json), depth)
  } catch (error) {
    throw error instanceof AppError ? invalidRequest([{ path: 'body.metadata', message: error.message }]) : error
  }
}

export function toFileDocument({ name, mediaType, content }: UploadedFile, about: Metadata): RawDocument {
  const id = documentId.safeParse(name)
  if (!id.success)
    throw invalidRequest([
      { path: 'body.file', message: 'needs a file name of 1 to 512 characters without control characters: it is the id of the document' },
    ])
  return { id: id.data, title: null, uri: name, mediaType, content, metadata: about }
}
