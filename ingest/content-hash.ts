import { stableHash } from '../src/core/text/normalise.ts'
import type { RawDocument } from '../src/core/types.ts'
import { chunkerName } from './chunk/chunk-documents.ts'
import { fileType, mayHoldMany, PDF } from './parse/detect.ts'
import type { ParserSettings } from './parse/parse-settings.ts'
import type { IngestSettings } from './settings.ts'
import { sourceHash } from './source-hash.ts'

/** Part of every content hash: moves when the same content would be stored in another way. */
const PARSER_VERSION = 'parse-4'

/** What of the parser's settings decides how files are read. Limits do not: what is over one is not stored, and so is tried again each time. */
export type ReadingSettings = Pick<ParserSettings, 'ocr' | 'ocrLanguage' | 'ocrPixels' | 'recordFields'>

/** Names everything but a document that decides its stored rows, for each kind of document that depends on settings of its own. */
export interface StoredHow {
  readonly pdf: string
  /** JSON that is one document; records have what they were made of in their source hash. */
  readonly json: string
  readonly other: string
}

export function storedHow(settings: IngestSettings, { ocr, ocrLanguage, ocrPixels, recordFields }: ReadingSettings): StoredHow {
  const other = `${PARSER_VERSION}/${chunkerName(settings)}`
  const { id, text, title, uri, metadata } = recordFields
  return {
    pdf: `${other}/pdf/${ocr ? `${ocrLanguage}/${ocrPixels}` : 'no-ocr'}`,
    json: `${other}/json/${JSON.stringify([id, text, title, uri, metadata])}`,
    other,
  }
}

/** Content hash of a document as it came. Known before parsing, so that what has not changed costs nothing. */
export const contentHash = (raw: RawDocument, how: StoredHow): string => stableHash(how[kindOf(raw)], sourceHash(raw))

/** Whether a stored content hash is that of a document of which only the source hash is known: one of each kind may have it. */
export const isHashOf = (stored: string, source: string, how: StoredHow): boolean =>
  Object.values<string>({ ...how }).some((name) => stored === stableHash(name, source))

function kindOf(raw: RawDocument): keyof StoredHow {
  if (typeof raw.content !== 'string' && fileType(raw.content) === PDF) return 'pdf'
  return mayHoldMany(raw) ? 'json' : 'other'
}
