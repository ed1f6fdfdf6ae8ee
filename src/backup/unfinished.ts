import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

/** Stands in a data directory from before its first restored file until after the last. */
export const RESTORING = 'restoring'

/** Rejects `state_damaged` for a directory whose restore was cut short: a service on half of its data would look like loss. */
export function refuseUnfinished(directory: string): void {
  if (!existsSync(join(directory, RESTORING))) return
  throw new AppError('state_damaged', `The restore into ${directory} was cut short; run it again`, { directory })
}
