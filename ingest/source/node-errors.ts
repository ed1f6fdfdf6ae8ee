/** The code of an error of the file system (`ENOENT`, `EACCES`, …); null for anything else. */
export function fileErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
