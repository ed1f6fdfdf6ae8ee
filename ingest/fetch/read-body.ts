import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { AppError } from '../../src/core/errors.ts'

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** What `readBody` can undo, as a request says it. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br'

/**
 * The whole of a body, decompressed. Counts what comes out while it comes out, so that a bomb of a few kilobytes stops at `maxBytes` like anything else.
 * Rejects `url_unreachable` for too much, for an encoding that was not asked for, and for a body that breaks off.
 */
export async function readBody(body: Readable, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase()
  const decoder = name === '' || name === 'identity' ? null : DECODERS[name]
  if (decoder === undefined) throw new AppError('url_unreachable', 'The answer is compressed in a way that was not asked for')
  const decoded = decoder === null ? body : connect(body, decoder())
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of decoded) {
      chunks.push(chunk as Buffer)
      bytes += (chunk as Buffer).byteLength
      if (bytes > maxBytes) throw new AppError('url_unreachable', `The answer has more than ${maxBytes} bytes`, { limit: maxBytes })
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks)
}

/** An error on either side ends both, and comes out at the end that is read. */
function connect(body: Readable, decoder: Transform): Transform {
  body.on('error', (error) => decoder.destroy(error))
  decoder.on('close', () => body.destroy())
  return body.pipe(decoder)
}
