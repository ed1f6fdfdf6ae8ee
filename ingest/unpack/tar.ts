import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { AppError } from '../../src/core/errors.ts'
import { over, type Budget, type UnpackSettings } from './budget.ts'
import type { Entry } from './entry.ts'
import { innerPath } from './inner-path.ts'
import { HARMLESS_BYTES, readEntry } from './read-entry.ts'

/** A stream; the package's own types name a library of streams that has none. */
interface TarEntry extends AsyncIterable<Uint8Array> {
  readonly header: Omit<Header, 'type'> & { readonly type: string | null }
  readonly offset: number
  resume(): unknown
}

const BLOCK_BYTES = 512
const MAGIC_AT = 257

/**
 * Files of a tar, or of one packed with gzip, in order. Rejects where it is damaged (`document_unreadable`) or over a limit (`parser_limit`): the files
 * before that place were given.
 */
export async function* tarEntries(bytes: Uint8Array, isPacked: boolean, settings: UnpackSettings, budget: Budget): AsyncGenerator<Entry> {
  const reader = extract()
  const content = Readable.from(counted(isPacked ? gunzip(bytes) : slices(bytes), bytes.byteLength, settings, budget))
  // A pipe does not hand on errors: whoever reads the archive is told.
  content.on('error', (error) => reader.destroy(error))
  content.pipe(reader)
  try {
    for await (const entry of reader as AsyncIterable<TarEntry>) {
      const found = await read(entry, settings, budget)
      if (found !== null) yield found
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error)
  } finally {
    content.destroy()
  }
}

/** The one file in a gzip that holds no tar. */
export async function gunzipped(bytes: Uint8Array, settings: UnpackSettings, budget: Budget): Promise<Uint8Array> {
  budget.entry()
  try {
    return await readEntry(gunzip(bytes), bytes.byteLength, settings, budget.spend)
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error)
  }
}

/** Whether a gzip holds a tar, by its first block. */
export async function holdsTar(bytes: Uint8Array): Promise<boolean> {
  let head = Buffer.alloc(0)
  try {
    for await (const part of gunzip(bytes) as AsyncIterable<Buffer>) {
      head = Buffer.concat([head, part])
      if (head.length >= BLOCK_BYTES) break
    }
  } catch {
    // Damaged: what there is says it, or reading the whole will.
  }
  // A tar without files is nothing but zeros.
  const block = head.subarray(0, BLOCK_BYTES)
  return block.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar' || (block.length === BLOCK_BYTES && block.every((byte) => byte === 0))
}

async function read(entry: TarEntry, settings: UnpackSettings, budget: Budget): Promise<Entry | null> {
  const { name, type } = entry.header
  if (type === 'directory' || type === 'pax-global-header') return skipped(entry, null)
  budget.entry()
  const path = checkedPath(entry.header, settings)
  if (path === null) return skipped(entry, null)
  if (path instanceof AppError) return skipped(entry, { name, error: path })
  return { name: path, bytes: await readEntry(entry, Number.POSITIVE_INFINITY, settings, () => undefined) }
}

/** Null for what is passed over. An error here concerns this file; one while it is read concerns all that is left of the tar. */
function checkedPath({ name, type, size }: TarEntry['header'], { fileBytes }: UnpackSettings): string | AppError | null {
  try {
    if (type !== 'file' && type !== 'contiguous-file')
      return new AppError('invalid_document', 'A link or a device is not followed', { reason: 'link' })
    if (size > fileBytes)
      return new AppError('document_too_large', `The file has more than ${fileBytes} bytes (parse.file_bytes)`, { limit: fileBytes })
    return innerPath(name)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** The next file comes when this one has been read to its end. */
function skipped<Result>(entry: TarEntry, result: Result): Result {
  entry.resume()
  return result
}

/** Everything in a tar counts, what is passed over too. */
async function* counted(
  parts: AsyncIterable<Buffer> | Iterable<Buffer>,
  packed: number,
  { archiveRatio }: UnpackSettings,
  budget: Budget,
): AsyncGenerator<Buffer> {
  let total = 0
  for await (const part of parts) {
    total += part.length
    budget.spend(part.length)
    if (total > HARMLESS_BYTES && total > packed * archiveRatio) {
      throw over('archive_ratio', archiveRatio, `The archive unpacks to more than ${archiveRatio} times its size`)
    }
    yield part
  }
}

function gunzip(bytes: Uint8Array): Readable {
  const source = Readable.from(slices(bytes))
  const unpacked = createGunzip()
  unpacked.on('close', () => source.destroy())
  return source.pipe(unpacked)
}

/** Small pieces, so that a limit is met before all is unpacked. */
function* slices(bytes: Uint8Array): Generator<Buffer> {
  const size = 65_536
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(size, bytes.byteLength - at))
  }
}

function damaged(error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error)
  return new AppError('document_unreadable', `The archive is damaged: ${why.slice(0, 200)}`, { reason: 'malformed' })
}
