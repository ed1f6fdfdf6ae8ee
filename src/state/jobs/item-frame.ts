import { crc32 } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { JobItem } from '../../core/ports/job-queue.ts'

/** An item as it stands in a payload, with how often it was retried as a dead letter before. */
export interface SpooledItem {
  readonly item: JobItem
  readonly retries: number
}

/** Lengths of header and body, then the CRC-32 of both: three 32-bit numbers, little end first. */
const PREFIX_BYTES = 12

interface Header {
  readonly item: unknown
  readonly retries: number
  /** What the body is; null where there is none. */
  readonly body: 'text' | 'bytes' | null
}

/** One item as bytes: the prefix with a header of JSON, and the document's content as it came, which is not copied. */
export function encodeItem({ item, retries }: SpooledItem): readonly Uint8Array[] {
  const { header, body } = parts(item, retries)
  const head = Buffer.from(JSON.stringify(header))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32LE(head.length, 0)
  prefix.writeUInt32LE(body.length, 4)
  prefix.writeUInt32LE(crc32(body, crc32(head)), 8)
  return [Buffer.concat([prefix, head]), body]
}

export const bytesOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { byteLength }) => sum + byteLength, 0)

function parts(item: JobItem, retries: number): { readonly header: Header; readonly body: Uint8Array } {
  if (item.kind === 'url') return { header: { item, retries, body: null }, body: new Uint8Array() }
  const { content, ...document } = item.document
  const isText = typeof content === 'string'
  const header: Header = { item: { ...item, document }, retries, body: isText ? 'text' : 'bytes' }
  return { header, body: isText ? Buffer.from(content) : content }
}

function decode(head: Buffer, body: Buffer): SpooledItem {
  const header = JSON.parse(head.toString()) as Header
  const item = header.item as JobItem
  if (item.kind === 'url') return { item, retries: header.retries }
  const content = header.body === 'text' ? body.toString() : new Uint8Array(body)
  return { item: { ...item, document: { ...item.document, content } }, retries: header.retries }
}

/** The items of a file, one at a time. Rejects `state_damaged` where it is torn or does not match its checksums. */
export async function* decodeItems(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<SpooledItem, undefined> {
  let held: Buffer[] = []
  let bytes = 0
  /** What is there, in one piece. A document is copied once, however many chunks it came in. */
  const joined = (): Buffer => {
    const whole = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held)
    held = [whole]
    return whole
  }
  let wanted = PREFIX_BYTES
  for await (const chunk of chunks) {
    held.push(chunk)
    bytes += chunk.length
    while (bytes >= wanted) {
      const whole = joined()
      const headEnd = PREFIX_BYTES + whole.readUInt32LE(0)
      const end = headEnd + whole.readUInt32LE(4)
      if (end > bytes) {
        wanted = end
        break
      }
      if (crc32(whole.subarray(PREFIX_BYTES, end)) !== whole.readUInt32LE(8)) throw damaged(path)
      yield decode(whole.subarray(PREFIX_BYTES, headEnd), whole.subarray(headEnd, end))
      held = [whole.subarray(end)]
      bytes -= end
      wanted = PREFIX_BYTES
    }
  }
  if (bytes > 0) throw damaged(path)
}

const damaged = (path: string): AppError => new AppError('state_damaged', `The payload ${path} does not match its checksums`, { path })
