import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { hasCode } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import { beginningOf, digestOfBytes, isSame } from './digest.ts'
import type { BackupSettings } from './settings.ts'
import { ContentChangedError, type BackupStore, type StoredContent } from './store.ts'

const DELETE_AT_ONCE = 1000
const ATTEMPTS = 5

/** An S3-compatible bucket. Every request carries the SHA-256 of its body, which the server compares; large files go in parts. */
export function createS3Store(
  settings: BackupSettings,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
): BackupStore {
  const client = new S3Client(clientConfiguration(settings))
  const keyOf = (name: string): string => (prefix === '' ? name : `${prefix}/${name}`)

  async function putWhole(Key: string, body: Uint8Array, abortSignal: AbortSignal): Promise<void> {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body, ContentLength: body.length, ChecksumSHA256: base64(body) }), {
      abortSignal,
    })
  }

  async function putInParts(Key: string, file: string, expected: StoredContent, abortSignal: AbortSignal): Promise<void> {
    const upload = { Bucket: bucket, Key }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...upload, ChecksumAlgorithm: 'SHA256' }), { abortSignal })
    try {
      const hash = createHash('sha256')
      const Parts: CompletedPart[] = []
      let number = 0
      for await (const body of partsOf(beginningOf(file, expected.bytes), settings.partBytes)) {
        hash.update(body)
        const part = { PartNumber: (number += 1), ChecksumSHA256: base64(body) }
        const sent = new UploadPartCommand({ ...upload, ...part, UploadId, Body: body, ContentLength: body.length })
        const { ETag } = await client.send(sent, { abortSignal })
        Parts.push({ ...part, ETag })
      }
      if (hash.digest('hex') !== expected.sha256) throw new ContentChangedError(Key)
      await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }), { abortSignal })
    } catch (error) {
      // Parts that nobody completes are paid for; where even this fails, the bucket's own rule has to clear them.
      await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId })).catch(() => undefined)
      throw error
    }
  }

  return {
    put: (name, stored, signal) =>
      translated(bucket, async () => {
        const { content, bytes } = stored
        if ('file' in content && bytes > settings.partBytes) {
          await putInParts(keyOf(name), content.file, stored, signal)
          return
        }
        const body = 'bytes' in content ? content.bytes : Buffer.concat(await beginningOf(content.file, bytes).toArray())
        if (!isSame(digestOfBytes(body), stored)) throw new ContentChangedError(name)
        await putWhole(keyOf(name), body, signal)
      }),

    get: (name, abortSignal) =>
      translated(bucket, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }), { abortSignal })
          return Body instanceof Readable ? Readable.from(received(bucket, Body), { objectMode: false }) : null
        } catch (error) {
          if (nameOf(error) === 'NoSuchKey') return null
          throw error
        }
      }),

    async *list(start, abortSignal) {
      let ContinuationToken: string | undefined
      do {
        const request = new ListObjectsV2Command({ Bucket: bucket, Prefix: keyOf(start), ContinuationToken })
        const page = await translated(bucket, () => client.send(request, { abortSignal }))
        for (const { Key = '', Size = 0 } of page.Contents ?? []) yield { name: Key.slice(keyOf('').length), bytes: Size }
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },

    remove: (names, abortSignal) =>
      translated(bucket, async () => {
        for (let start = 0; start < names.length; start += DELETE_AT_ONCE) {
          const Objects = names.slice(start, start + DELETE_AT_ONCE).map((name) => ({ Key: keyOf(name) }))
          await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }), { abortSignal })
        }
      }),

    close: () => client.destroy(),
  }
}

function clientConfiguration(settings: BackupSettings): S3ClientConfig {
  const { s3Endpoint, s3AccessKeyId, s3SecretAccessKey } = settings
  return {
    region: settings.s3Region,
    forcePathStyle: settings.s3PathStyle,
    maxAttempts: ATTEMPTS,
    // Ours is the SHA-256 that we pass; servers other than Amazon's do not all know the checksum that the client would add.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { requestTimeout: settings.requestMs, connectionTimeout: settings.requestMs },
    ...(s3Endpoint === null ? {} : { endpoint: s3Endpoint }),
    ...(s3AccessKeyId === null || s3SecretAccessKey === null
      ? {}
      : { credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey } }),
  }
}

const base64 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Buffers of `bytes` each, but the last. */
async function* partsOf(content: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let length = 0
  for await (const chunk of content) {
    held.push(chunk)
    length += chunk.length
    while (length >= bytes) {
      const all = Buffer.concat(held)
      yield all.subarray(0, bytes)
      held = [all.subarray(bytes)]
      length -= bytes
    }
  }
  if (length > 0) yield Buffer.concat(held)
}

/** Connections also end in the middle of an answer. */
async function* received(bucket: string, body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>
  } catch (error) {
    throw failure(bucket, error)
  }
}

async function translated<T>(bucket: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw failure(bucket, error)
  }
}

function failure(bucket: string, error: unknown): unknown {
  if (error instanceof AppError || error instanceof ContentChangedError) return error
  // The source has vanished, or nobody waits any more: nothing that the bucket is to blame for.
  if (hasCode(error, 'ENOENT') || nameOf(error) === 'AbortError') return error
  const message = `The bucket ${bucket} refused or did not answer: ${nameOf(error)}`
  return new AppError('backup_unavailable', message, { bucket }, { cause: error })
}
