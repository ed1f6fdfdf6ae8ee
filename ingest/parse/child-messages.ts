import { AppError, type ErrorCode } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { isUnread, type Unpacked } from '../unpack/unread.ts'
import type { ParserSettings } from './parse-settings.ts'
import type { ParsedSource } from './parse.ts'

/** What the service tells a child process. Of jobs the child does one after the other and answers each. */
export type ToChild =
  | { readonly type: 'start'; readonly settings: ParserSettings }
  | { readonly type: 'parse'; readonly jobs: readonly { readonly raw: RawDocument; readonly hash: string }[] }
  | { readonly type: 'unpack'; readonly raw: RawDocument }
  /** The part before was taken: the next one, please. */
  | { readonly type: 'more' }

/** An `AppError` on its way between processes. */
export interface SentError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

export type SentItem = { readonly document: RawDocument } | { readonly id: DocumentId; readonly error: SentError }

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'parsed'; readonly source: ParsedSource }
  | { readonly type: 'failed'; readonly error: SentError }
  /** The document is no archive: it is parsed as it is. */
  | { readonly type: 'single' }
  | { readonly type: 'part'; readonly items: readonly SentItem[]; readonly isLast: boolean }

/** What is no `AppError` is the parser's own death of the file, though its process lives on. */
export function sendable(error: unknown): SentError {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'parser_died', message: `The parser failed: ${what.slice(0, 300)}`, details: {} }
}

export const receivedItem = (item: SentItem): Unpacked =>
  'document' in item ? item.document : { id: item.id, error: received(item.error) }

export const sentItem = (item: Unpacked): SentItem => (isUnread(item) ? { id: item.id, error: sendable(item.error) } : { document: item })

export const received = ({ code, message, details }: SentError): AppError => new AppError(code, message, details)
