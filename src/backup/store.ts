import type { Readable } from 'node:stream'

/** What is written: a file to read or its bytes, of a length and a SHA-256 that are known beforehand. */
export interface StoredContent {
  readonly content: { readonly file: string } | { readonly bytes: Uint8Array }
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/**
 * Where backups stand: names with slashes and what they hold.
 *
 * - `put` resolves when the content is there whole and durable, in the place of what stood under the name; rejected, what stood there still does. A file
 *   that no longer has the announced length or checksum rejects `ContentChangedError`.
 * - `get` gives null where there is no such name. `list` gives every name that begins with `prefix`, in no order.
 * - Rejections are `backup_unavailable` where the place does not answer or refuses, `storage_full` where it is full.
 */
export interface BackupStore {
  put(name: string, content: StoredContent, signal: AbortSignal): Promise<void>
  get(name: string, signal: AbortSignal): Promise<Readable | null>
  list(prefix: string, signal: AbortSignal): AsyncIterable<{ readonly name: string; readonly bytes: number }>
  remove(names: readonly string[], signal: AbortSignal): Promise<void>
  close(): void
}

/** The file is another one than when it was looked at. */
export class ContentChangedError extends Error {
  override readonly name = 'ContentChangedError'
}
