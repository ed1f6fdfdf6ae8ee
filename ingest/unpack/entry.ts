import type { AppError } from '../../src/core/errors.ts'

/** A file in an archive, or why it cannot be had. */
export type Entry = { readonly name: string; readonly bytes: Uint8Array } | { readonly name: string; readonly error: AppError }
