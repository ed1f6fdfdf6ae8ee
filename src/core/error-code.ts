/** The code that an error of the file system, of a connection or of a database has (`ENOENT`, `ECONNRESET`, `23505`, …), or an `AppError`; null for anything else. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

export const hasCode = (error: unknown, ...codes: readonly string[]): boolean => codes.includes(codeOf(error) ?? '')

/** No room is left, on the disk or in somebody's quota of it. */
export const isFullDisk = (error: unknown): boolean => hasCode(error, 'ENOSPC', 'EDQUOT')
