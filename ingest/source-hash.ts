import { createHash } from 'node:crypto'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { stableHash } from '../src/core/text/normalise.ts'
import type { RawDocument } from '../src/core/types.ts'
import { essence } from './parse/media-types.ts'

/**
 * Hash of a document as it came: everything that a source says about it but its id. Whoever holds the documents computes it too and asks which of
 * them an index has already; what the service stores is this and the names of parser and chunker, so the two cannot disagree.
 */
export function sourceHash({ mediaType, title, uri, metadata, content }: RawDocument): string {
  return stableHash(
    essence(mediaType),
    title ?? '',
    title === null ? 'derived' : 'given',
    uri ?? '',
    uri === null ? 'none' : 'given',
    canonicalJson(metadata),
    typeof content === 'string' ? 'text' : 'bytes',
    createHash('sha256').update(content).digest('hex'),
  )
}
