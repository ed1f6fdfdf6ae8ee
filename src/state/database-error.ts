import { codeOf, isFullDisk } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'

/** SQLSTATE classes: 08 connection, 53 out of resources, 57 operator intervention (shutdown, cancelled by a timeout). */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57'])
/** SQLSTATE classes: 22 data exception, 23 constraint violation: this row will never fit. */
const REFUSED_CLASSES = new Set(['22', '23'])
const DISK_FULL = '53100'
/** pg reports these without a code. */
const LOST_CONNECTION = /timeout|terminated|connection/i

/** What a failure of the database means to a caller: `state_unavailable`, `storage_full`, or the error itself where it is a bug. */
export function databaseError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error instanceof AppError) return error
  const code = codeOf(error) ?? ''
  if (code === DISK_FULL || isFullDisk(error))
    return new AppError('storage_full', 'The control database has no space left', {}, { cause: error })
  const unavailable =
    UNAVAILABLE_CLASSES.has(code.slice(0, 2)) || /^E[A-Z]+$/.test(code) || (code === '' && LOST_CONNECTION.test(error.message))
  if (!unavailable) return error
  return new AppError('state_unavailable', 'The control database does not answer', {}, { cause: error })
}

/** The same, for one call. */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw databaseError(error)
  }
}

/** Whether the rows are at fault and not the database: trying again cannot help. */
export function isRefusedData(error: unknown): boolean {
  return REFUSED_CLASSES.has(codeOf(error)?.slice(0, 2) ?? '')
}
