import multipart, { type Multipart, type MultipartFile, type MultipartValue } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import { withIdleLimit } from './idle.ts'
import { asAppError, invalidRequest } from './problem.ts'
import type { HttpSettings } from './settings.ts'

/** Fields are names and a little metadata. */
const FIELD_BYTES = 65_536
const FIELDS = 16
const FIELD_NAME_BYTES = 100
const HEADER_PAIRS = 20

export interface UploadedFile {
  readonly name: string
  readonly mediaType: string
  readonly content: Uint8Array
}

export interface Upload {
  /** By name, as text; everything before the first file. */
  readonly fields: ReadonlyMap<string, string>
  /** At least one; each is read when it is pulled, so one is in memory at a time. */
  readonly files: AsyncGenerator<UploadedFile, void, undefined>
}

export const isUpload = (contentType: string | undefined): boolean => /^multipart\/form-data\b/i.test(contentType ?? '')

/** Lets the routes of this scope take multipart bodies; they read them with `readUpload`. */
export async function acceptUploads(app: FastifyInstance, settings: HttpSettings): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    // Files keep the folder that their name says: it is part of the document's id.
    preservePath: true,
    limits: {
      fieldNameSize: FIELD_NAME_BYTES,
      fieldSize: FIELD_BYTES,
      fields: FIELDS,
      fileSize: settings.uploadFileBytes,
      files: settings.uploadFiles,
      parts: settings.uploadFiles + FIELDS,
      headerPairs: HEADER_PAIRS,
    },
  })
}

/**
 * Reads a multipart body up to its first file. Rejects `invalid_request` for a body that is malformed, truncated, without a file or with a field
 * behind one, `document_too_large` and `body_too_large` beyond the limits, `deadline_exceeded` where nothing comes for `batchIdleMs`; the same from `files`.
 */
export async function readUpload(http: FastifyRequest, settings: HttpSettings): Promise<Upload> {
  const parts = coded(withIdleLimit(http.parts() as AsyncIterable<Multipart>, settings.batchIdleMs))
  const fields = new Map<string, string>()
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    if (next.value.type === 'file') return { fields, files: files(next.value, parts, settings) }
    const [name, value] = fieldOf(next.value)
    if (fields.has(name)) throw invalidRequest([{ path: `body.${name}`, message: 'is given twice' }])
    fields.set(name, value)
  }
  throw invalidRequest([{ path: 'body.file', message: 'the upload holds no file' }])
}

async function* files(
  first: MultipartFile,
  rest: AsyncGenerator<Multipart, void, undefined>,
  settings: HttpSettings,
): AsyncGenerator<UploadedFile, void, undefined> {
  let bytes = 0
  for (let part: Multipart | undefined = first; part !== undefined;) {
    if (part.type === 'field') throw invalidRequest([{ path: `body.${part.fieldname}`, message: 'must come before the first file' }])
    const file = await fileOf(part, settings, settings.uploadBytes - bytes)
    bytes += file.content.byteLength
    yield file
    const next = await rest.next()
    part = next.done === true ? undefined : next.value
  }
}

async function fileOf(part: MultipartFile, settings: HttpSettings, left: number): Promise<UploadedFile> {
  const { fieldname, filename, mimetype } = part
  if (fieldname !== 'file') throw invalidRequest([{ path: `body.${fieldname}`, message: 'is not known; files are called `file`' }])
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of coded(withIdleLimit(part.file as AsyncIterable<Uint8Array>, settings.batchIdleMs))) {
    bytes += chunk.byteLength
    if (bytes > left)
      throw new AppError('body_too_large', 'The files of the upload are larger together than http.upload_bytes allows', {
        limit: settings.uploadBytes,
      })
    chunks.push(chunk)
  }
  if (part.file.truncated) {
    throw new AppError('document_too_large', `${filename} is larger than http.upload_file_bytes allows`, {
      limit: settings.uploadFileBytes,
    })
  }
  return { name: filename, mediaType: mimetype, content: Buffer.concat(chunks) }
}

function fieldOf({ fieldname, value, valueTruncated }: MultipartValue): [name: string, value: string] {
  if (valueTruncated) throw invalidRequest([{ path: `body.${fieldname}`, message: `has more than ${FIELD_BYTES} bytes` }])
  // A part that calls itself JSON comes parsed.
  return [fieldname, typeof value === 'string' ? value : JSON.stringify(value)]
}

/** What the multipart parser throws about a body has no code where it is about its bytes. */
async function* coded<Part>(parts: AsyncIterable<Part>): AsyncGenerator<Part, void, undefined> {
  try {
    yield* parts
  } catch (error) {
    const known = asAppError(error)
    throw known.code === 'internal'
      ? new AppError('invalid_request', 'The multipart body is malformed or incomplete', {}, { cause: error })
      : known
  }
}
