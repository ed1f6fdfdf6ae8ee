import type { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { RawDocument } from '../../src/core/types.ts'

/** A document of an archive, or a record, that could not be got out; the others can. */
export interface UnreadDocument {
  readonly id: DocumentId
  readonly error: AppError
}

export type Unpacked = RawDocument | UnreadDocument

export const isUnread = (item: Unpacked): item is UnreadDocument => 'error' in item
