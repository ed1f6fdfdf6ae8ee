import { AppError } from '../../src/core/errors.ts'
import { over, type UnpackSettings } from './budget.ts'

/** Text packs 3 to 10 times; small files of one letter a thousand times, which hurts nobody. */
export const HARMLESS_BYTES = 1024 * 1024

/**
 * All bytes of a file in an archive, which takes `packed` bytes there. Rejects for this file `document_too_large`, and `parser_limit` where it grows more
 * than `archive_ratio` times; for the whole archive what `spend` throws.
 */
export async function readEntry(
  stream: AsyncIterable<Uint8Array>,
  packed: number,
  settings: UnpackSettings,
  spend: (bytes: number) => void,
): Promise<Uint8Array> {
  const { fileBytes, archiveRatio } = settings
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of stream) {
    bytes += part.length
    spend(part.length)
    if (bytes > fileBytes)
      throw new AppError('document_too_large', `The file has more than ${fileBytes} bytes (parse.file_bytes)`, { limit: fileBytes })
    if (bytes > HARMLESS_BYTES && bytes > packed * archiveRatio) {
      throw over('archive_ratio', archiveRatio, `The file unpacks to more than ${archiveRatio} times its size`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
