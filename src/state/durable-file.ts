import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode, isFullDisk } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'

/** The result of `work`, or null where there is no such file. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** A failed write as callers know it: a full disk (or quota) is `storage_full`, the rest is what it was. */
export const writeError = (error: unknown): unknown =>
  isFullDisk(error) ? new AppError('storage_full', 'The disk is full; the change was not made', {}, { cause: error }) : error

/** Forces the names in a folder onto the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** After a power cut `path` holds what it held before, or `content`, whole. Rejects `storage_full`. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.new`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw writeError(error)
  }
}
