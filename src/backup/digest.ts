import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface Digest {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Passes bytes on and knows at the end how many there were and what their SHA-256 is. */
export class DigestStream extends Transform {
  readonly #hash = createHash('sha256')
  #bytes = 0

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk)
    this.#bytes += chunk.length
    done(null, chunk)
  }

  /** To be asked once, at the end. */
  digest(): Digest {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}

/** What a file holds now; what is appended to it later is not part of it. */
export async function digestOfFile(file: string, signal: AbortSignal): Promise<Digest> {
  const { size } = await stat(file)
  const digest = new DigestStream()
  await pipeline(beginningOf(file, size), digest.resume(), { signal })
  return digest.digest()
}

export function digestOfBytes(bytes: Uint8Array): Digest {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The first `bytes` of a file, or what there is where it is shorter. */
export function beginningOf(file: string, bytes: number): Readable {
  return bytes === 0 ? Readable.from([]) : createReadStream(file, { end: bytes - 1, highWaterMark: 1_048_576 })
}

export const isSame = (a: Digest, b: Digest): boolean => a.bytes === b.bytes && a.sha256 === b.sha256
