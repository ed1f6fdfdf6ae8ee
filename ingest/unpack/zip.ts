import { fromBufferPromise, getFileNameLowLevel, type Entry as ZipEntry, type ZipFile } from 'yauzl'
import { AppError } from '../../src/core/errors.ts'
import { isOverBudget, type Budget, type UnpackSettings } from './budget.ts'
import type { Entry } from './entry.ts'
import { innerPath } from './inner-path.ts'
import { readEntry } from './read-entry.ts'

/** Files of a zip in the order of its directory, one at a time. Rejects `document_unreadable` where the directory cannot be read. */
export async function* zipEntries(bytes: Uint8Array, settings: UnpackSettings, budget: Budget): AsyncGenerator<Entry> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Names are decoded here: a bad one fails its file, and not the archive.
  const zip = await fromBufferPromise(buffer, { lazyEntries: true, decodeStrings: false, autoClose: false }).catch(unreadable)
  const entries = zip.eachEntry()
  for (;;) {
    const next = await entries.next().catch(unreadable)
    if (next.done === true) return
    const entry = next.value
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
    if (name.endsWith('/')) continue
    budget.entry()
    const found = await read(zip, entry, name, settings, budget)
    if (found !== null) yield found
  }
}

async function read(zip: ZipFile, entry: ZipEntry, name: string, settings: UnpackSettings, budget: Budget): Promise<Entry | null> {
  try {
    const path = innerPath(name)
    if (path === null) return null
    checkKind(entry)
    const stream = await zip.openReadStreamPromise(entry)
    return { name: path, bytes: await readEntry(stream, entry.compressedSize, settings, budget.spend) }
  } catch (error) {
    if (isOverBudget(error)) throw error
    return { name, error: error instanceof AppError ? error : damaged(error) }
  }
}

const FILE_TYPE = 0o170_000
const REGULAR = 0o100_000

function checkKind(entry: ZipEntry): void {
  if (entry.isEncrypted()) throw new AppError('document_unreadable', 'The file is encrypted', { reason: 'encrypted' })
  // Only Unix writes a type here; others leave it zero.
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE
  if (type !== 0 && type !== REGULAR) throw new AppError('invalid_document', 'A link or a device is not followed', { reason: 'link' })
}

function damaged(error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error)
  return new AppError('document_unreadable', `The file in the archive is damaged: ${why.slice(0, 200)}`, { reason: 'malformed' })
}

function unreadable(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error)
  throw new AppError('document_unreadable', `The archive is damaged: ${why.slice(0, 200)}`, { reason: 'malformed' })
}
