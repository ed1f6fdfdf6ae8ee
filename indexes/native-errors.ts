import { AppError, InvariantError } from '../src/core/errors.ts'

/** LanceDB's errors are plain Errors; only their text tells them apart (measured with 0.39.0). */
const DISK_FULL = /No space left on device|os error 28|ENOSPC|Disk quota exceeded|os error 122|EDQUOT/
const TIMED_OUT = /Query timeout/
const CONFLICT = /Retryable commit conflict/
const UNREADABLE =
  /Invalid range|file size is too small|Not found|was not found|failed to fill whole buffer|does not have LANCE|magic number|Invalid user input: .*manifest|decode Protobuf|prost|DecodeError|invalid wire type|buffer underflow|Invalid format|buffer offsets but/i

/**
 * The native text holds paths and internals, so it becomes the cause and never the message.
 * A text that nobody knows stays what it is: a bug or a change in LanceDB, to be seen as `internal`.
 */
export function nativeError(error: unknown): unknown {
  if (error instanceof AppError || error instanceof InvariantError || !(error instanceof Error)) return error
  const text = error.message
  if (DISK_FULL.test(text)) return new AppError('storage_full', 'The disk is full; nothing was changed', {}, { cause: error })
  if (TIMED_OUT.test(text)) {
    return new AppError('deadline_exceeded', 'The deadline passed while the index was read', {}, { cause: error })
  }
  if (UNREADABLE.test(text)) return new AppError('index_damaged', 'A file of the index is missing or unreadable', {}, { cause: error })
  return error
}

export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw nativeError(error)
  }
}

const CONFLICT_ATTEMPTS = 5

/** LanceDB gives up where a compaction met another commit; the same call can be made again. */
export async function retryingConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= CONFLICT_ATTEMPTS || !(error instanceof Error) || !CONFLICT.test(error.message)) throw error
    }
  }
}
