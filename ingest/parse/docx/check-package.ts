import { text as textOf } from 'node:stream/consumers'
import { AppError } from '../../../src/core/errors.ts'
import type { FormatSettings } from '../parse-settings.ts'
import { checkXml } from './check-xml.ts'

type Bounds = Pick<FormatSettings, 'archiveBytes' | 'archiveRatio' | 'archiveEntries' | 'markupDepth'>

export interface PackageParts {
  /** XML of the title, the author, …; empty where the document has none. */
  readonly core: string
  /** XML of the styles. */
  readonly styles: string
}

/** A part this small is no bomb, however well it packs. */
const SMALL_BYTES = 1024 * 1024

/**
 * Reads every XML part of a Word document once, within limits, before anything builds a tree out of it: a part may not be larger than it says, the
 * whole not larger than `archive_bytes`, and no part may have a DTD. Pictures are not unpacked, now or later.
 */
export async function checkPackage(bytes: Uint8Array, bounds: Bounds): Promise<PackageParts> {
  const { fromBufferPromise } = await import('yauzl')
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const zip = await fromBufferPromise(data, { lazyEntries: true }).catch(refuse)
  const parts = new Map<string, string>()
  let total = 0
  if (zip.entryCount > bounds.archiveEntries)
    throw tooLarge('archive_entries', bounds.archiveEntries, `${zip.entryCount} parts are more than ${bounds.archiveEntries}`)
  try {
    for await (const entry of zip.eachEntry()) {
      if (!/\.(?:xml|rels)$/iu.test(entry.fileName)) continue
      total += entry.uncompressedSize
      if (total > bounds.archiveBytes)
        throw tooLarge('archive_bytes', bounds.archiveBytes, `Its parts unpack to more than ${bounds.archiveBytes} bytes`)
      const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize)
      if (entry.uncompressedSize > SMALL_BYTES && ratio > bounds.archiveRatio) {
        throw tooLarge('archive_ratio', bounds.archiveRatio, `${entry.fileName} unpacks to more than ${bounds.archiveRatio} times its size`)
      }
      const xml = await textOf(await zip.openReadStreamPromise(entry))
      checkXml(xml, bounds.markupDepth)
      if (entry.fileName === 'docProps/core.xml' || entry.fileName === 'word/styles.xml') parts.set(entry.fileName, xml)
    }
  } catch (error) {
    refuse(error)
  }
  return { core: parts.get('docProps/core.xml') ?? '', styles: parts.get('word/styles.xml') ?? '' }
}

const tooLarge = (limit: string, maximum: number, why: string): AppError =>
  new AppError('parser_limit', `The Word document is too large: ${why}`, { limit, maximum })

function refuse(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  const message = cause instanceof Error ? cause.message : String(cause)
  throw new AppError(
    'document_unreadable',
    `The Word document cannot be read: ${message.slice(0, 200)}`,
    { reason: 'malformed' },
    { cause },
  )
}
