import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { detect, fileType, GZIP, mayHoldMany, TAR, ZIP } from '../parse/detect.ts'
import { typeOfName } from '../parse/media-types.ts'
import type { ParserSettings } from '../parse/parse-settings.ts'
import { createBudget, isOverBudget, over, type Budget } from './budget.ts'
import type { Entry } from './entry.ts'
import { shownId } from './inner-path.ts'
import { jsonRecords } from './json-records.ts'
import { gunzipped, holdsTar, tarEntries } from './tar.ts'
import type { Unpacked } from './unread.ts'
import { zipEntries } from './zip.ts'

/**
 * The documents in an archive (zip, tar, gzip, and those in one another) or in JSON (an array of records, JSON lines), one at a time; null for what is a
 * single document. Their ids begin with that of the archive. A file that cannot be got out fails under its own id, what ends the whole under the archive's.
 */
export async function unpack(raw: RawDocument, settings: ParserSettings): Promise<AsyncIterable<Unpacked> | null> {
  return open(raw, settings, createBudget(settings), 1)
}

async function open(raw: RawDocument, settings: ParserSettings, budget: Budget, depth: number): Promise<AsyncIterable<Unpacked> | null> {
  const { content } = raw
  const type = typeof content === 'string' ? null : fileType(content)
  const isArchive = type === ZIP || type === GZIP || type === TAR
  if (!isArchive || typeof content === 'string') return type === null ? records(raw, settings) : null
  if (depth > settings.archiveDepth) {
    throw over('archive_depth', settings.archiveDepth, `Archives in archives are opened ${settings.archiveDepth} deep`)
  }
  return files(raw, await entriesOf(raw, content, type, settings, budget), settings, budget, depth)
}

async function records(raw: RawDocument, settings: ParserSettings): Promise<AsyncIterable<Unpacked> | null> {
  const detected = await detect(raw)
  return typeof detected.content === 'string' ? jsonRecords(raw, detected.mediaType, detected.content, settings) : null
}

async function entriesOf(
  raw: RawDocument,
  bytes: Uint8Array,
  type: string,
  settings: ParserSettings,
  budget: Budget,
): Promise<AsyncIterable<Entry>> {
  if (type === ZIP) return zipEntries(bytes, settings, budget)
  if (type === TAR || (await holdsTar(bytes))) return tarEntries(bytes, type === GZIP, settings, budget)
  const name = (raw.uri ?? raw.id).split('/').at(-1)?.replace(/\.gz$/iu, '') ?? ''
  const content = await gunzipped(bytes, settings, budget)
  return one({ name: name === '' ? 'content' : name, bytes: content })
}

async function* one(entry: Entry): AsyncGenerator<Entry> {
  yield await Promise.resolve(entry)
}

async function* files(
  archive: RawDocument,
  entries: AsyncIterable<Entry>,
  settings: ParserSettings,
  budget: Budget,
  depth: number,
): AsyncGenerator<Unpacked> {
  let isEmpty = true
  try {
    for await (const entry of entries) {
      isEmpty = false
      if ('error' in entry) yield { id: shownId(archive.id, entry.name) as DocumentId, error: entry.error }
      else yield* inner(innerDocument(archive, entry.name, entry.bytes), settings, budget, depth)
    }
    if (isEmpty) throw new AppError('document_unreadable', 'The archive holds no file', { reason: 'empty' })
  } catch (error) {
    if (!(error instanceof AppError) || depth > 1) throw error
    yield { id: archive.id, error }
  }
}

/** An archive in an archive is opened in its place; what is wrong with it costs it alone, unless the limits of the whole are reached. */
async function* inner(raw: RawDocument, settings: ParserSettings, budget: Budget, depth: number): AsyncGenerator<Unpacked> {
  if (!mayHoldMany(raw)) {
    yield raw
    return
  }
  try {
    const many = await open(raw, settings, budget, depth + 1)
    if (many === null) yield raw
    else yield* many
  } catch (error) {
    if (!(error instanceof AppError) || isOverBudget(error)) throw error
    yield { id: raw.id, error }
  }
}

function innerDocument({ id, uri, metadata }: RawDocument, name: string, content: Uint8Array): RawDocument {
  return {
    id: `${id}/${name}` as DocumentId,
    title: null,
    uri: `${uri ?? id}/${name}`,
    mediaType: typeOfName(name) ?? 'application/octet-stream',
    content,
    metadata,
  }
}
