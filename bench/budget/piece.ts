import type { DocumentId } from '../../src/core/ids.ts'

/** A contiguous part of a document's stored text, as a system puts it into a context. Offsets are UTF-16 code units, half-open. */
export interface Piece {
  readonly doc: DocumentId
  readonly start: number
  readonly end: number
}
