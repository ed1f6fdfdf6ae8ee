import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { codeOf, hasCode, isFullDisk } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import { beginningOf, DigestStream, isSame } from './digest.ts'
import { fsyncFolder } from './fsync-folder.ts'
import { ContentChangedError, type BackupStore } from './store.ts'

/** What is being written. One that a kill left is listed as what it is, an object that no backup names, and goes with those. */
const DRAFT = '.part'

/** A folder on a file system that this process can write to; it is made where it is missing. */
export function createFolderStore(folder: string): BackupStore {
  const root = resolve(folder)
  const pathOf = (name: string): string => join(root, ...name.split('/'))

  return {
    put: (name, { content, ...expected }, signal) =>
      translated(async () => {
        const path = pathOf(name)
        const draft = `${path}${DRAFT}`
        await makeFolder(dirname(path))
        const digest = new DigestStream()
        const source = 'file' in content ? beginningOf(content.file, expected.bytes) : Readable.from([content.bytes])
        try {
          await pipeline(source, digest, createWriteStream(draft, { mode: 0o600, flush: true }), { signal })
          if (!isSame(digest.digest(), expected)) throw new ContentChangedError(name)
          await rename(draft, path)
        } catch (error) {
          await rm(draft, { force: true })
          throw error
        }
        await fsyncFolder(dirname(path))
      }),

    get: (name) =>
      translated(async () => {
        const found = await unlessAbsent(open(pathOf(name), 'r'))
        return found === null ? null : found.createReadStream()
      }),

    async *list(prefix) {
      const entries = await translated(async () => (await unlessAbsent(readdir(root, { recursive: true, withFileTypes: true }))) ?? [])
      for (const entry of entries) {
        if (!entry.isFile()) continue
        const path = join(entry.parentPath, entry.name)
        const name = relative(root, path).replaceAll(sep, '/')
        if (!name.startsWith(prefix)) continue
        const found = await translated(() => unlessAbsent(stat(path)))
        if (found !== null) yield { name, bytes: found.size }
      }
    },

    remove: (names) =>
      translated(async () => {
        for (const name of names) await rm(pathOf(name), { force: true })
      }),

    close: () => undefined,
  }
}

/**
 * The entry of a new folder is durable when the folder above it is. Folder by folder: Node's own recursion never ends where the kernel
 * makes no folder in one that is there (`/proc`, an automount).
 */
async function makeFolder(folder: string, isLastAttempt = false): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    if (!hasCode(error, 'ENOENT') || isLastAttempt) throw error
    await makeFolder(dirname(folder))
    return makeFolder(folder, true)
  }
  await fsyncFolder(dirname(folder))
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

const REFUSED = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'EEXIST', 'EMFILE'])

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isFullDisk(error)) throw new AppError('storage_full', 'The disk of the backup is full', {}, { cause: error })
    if (!REFUSED.has(codeOf(error) ?? '')) throw error
    throw new AppError('backup_unavailable', `The folder of the backup cannot be used: ${String(error)}`, {}, { cause: error })
  }
}
