import { AppError } from '../../src/core/errors.ts'
import type { ParserSettings } from '../parse/parse-settings.ts'

export type UnpackSettings = Pick<ParserSettings, 'archiveEntries' | 'archiveBytes' | 'archiveRatio' | 'archiveDepth' | 'fileBytes'>

/** What one archive may cost, those inside it included. Both throw `parser_limit` for the whole of it. */
export interface Budget {
  readonly entry: () => void
  /** `bytes` more were unpacked. */
  readonly spend: (bytes: number) => void
}

export function createBudget({ archiveEntries, archiveBytes }: UnpackSettings): Budget {
  let [entries, bytes] = [0, 0]
  return {
    entry() {
      if (++entries > archiveEntries) throw over('archive_entries', archiveEntries, `The archive holds more than ${archiveEntries} files`)
    },
    spend(more) {
      bytes += more
      if (bytes > archiveBytes) throw over('archive_bytes', archiveBytes, `The archive unpacks to more than ${archiveBytes} bytes`)
    },
  }
}

/** Whether an error ends the whole archive, and not one file of it. */
export function isOverBudget(error: unknown): boolean {
  return error instanceof AppError && (error.details['limit'] === 'archive_entries' || error.details['limit'] === 'archive_bytes')
}

export function over(limit: string, maximum: number, message: string): AppError {
  return new AppError('parser_limit', message, { limit, maximum })
}
