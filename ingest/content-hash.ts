import { stableHash } from '../src/core/text/normalise.ts'
import type { RawDocument } from '../src/core/types.ts'
import { sourceHash } from './source-hash.ts'

/** Part of every content hash: moves when the same content would be stored in another way. */
const PARSER_VERSION = 'parse-2'

/**
 * Content hash of a document as it came. `chunker` names everything else that decides the stored rows.
 * Known before parsing, so that what has not changed costs nothing.
 */
export const contentHash = (raw: RawDocument, chunker: string): string => contentHashOf(sourceHash(raw), chunker)

/** The same for a document of which only the source hash is known. */
export const contentHashOf = (source: string, chunker: string): string => stableHash(PARSER_VERSION, chunker, source)
