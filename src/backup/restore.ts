import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isFullDisk } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import type { BackupProgress, BackupSummary, RestoreRequest } from '../core/ports/backup.ts'
import { DigestStream, isSame } from './digest.ts'
import { fsyncFolder } from './fsync-folder.ts'
import { inParallel } from './in-parallel.ts'
import { isBackupId, objectName, type StoredFile } from './manifest.ts'
import { backupIds, openPlace, readManifest } from './place.ts'
import type { BackupSettings } from './settings.ts'
import type { BackupStore } from './store.ts'
import { RESTORING } from './unfinished.ts'

/** What the lock of the caller puts into the directory, and what an earlier try left. */
const ALLOWED = /^(?:owner\..*|restoring)$/
const ATTEMPTS = 5

/**
 * Puts a backup into an empty directory whose lock the caller holds. Resolved = every file has the length and the checksum of the manifest and is on disk,
 * fsynced. Rejected = the directory is marked, so that no service starts on it, and the same restore can be tried again.
 *
 * Rejects `invalid_request` where the directory is not empty or the place has no backup, `backup_damaged` where a file is missing or altered.
 */
export async function restoreBackup(
  settings: BackupSettings,
  request: RestoreRequest,
  report: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<BackupSummary> {
  const { place, directory } = request
  await makeEmpty(directory)
  const store = openPlace(place, settings)
  try {
    const { id, createdAt, leftOut, files } = await readManifest(store, await chosen(store, request, signal), signal)
    const mark = join(directory, RESTORING)
    await writeFile(mark, `${id}\n`, { flush: true, mode: 0o600 })
    await fsyncFolder(directory)
    const done = { files: 0, bytes: 0, copiedFiles: 0, copiedBytes: 0 }
    await inParallel(files, settings.parallelFiles, async (file) => {
      signal.throwIfAborted()
      await fetchFile(store, file, join(directory, ...file.path.split('/')), signal)
      done.files = done.copiedFiles += 1
      done.bytes = done.copiedBytes += file.bytes
      report({ ...done })
    })
    for (const folder of foldersOf(files)) await fsyncFolder(join(directory, ...folder.split('/')))
    await rm(mark)
    await fsyncFolder(directory)
    return { id, createdAt, leftOut, ...done }
  } catch (error) {
    if (!isFullDisk(error)) throw error
    throw new AppError('storage_full', 'The disk is full; make room and restore again', {}, { cause: error })
  } finally {
    store.close()
  }
}

async function chosen(store: BackupStore, { place, backup }: RestoreRequest, signal: AbortSignal): Promise<string> {
  if (backup !== null && !isBackupId(backup)) throw new AppError('invalid_request', `${backup} is not the id of a backup`)
  const id = backup ?? (await backupIds(store, signal)).at(-1)
  if (id === undefined) throw new AppError('invalid_request', `There is no backup in ${place ?? 'the configured place'}`, { place })
  return id
}

/** What stands in a marked directory was restored into an empty one. */
async function makeEmpty(directory: string): Promise<void> {
  const found = (await readdir(directory)).filter((name) => !ALLOWED.test(name))
  if (found.length === 0) return
  if (existsSync(join(directory, RESTORING))) {
    for (const name of found) await rm(join(directory, name), { recursive: true })
    return
  }
  throw new AppError('invalid_request', `${directory} is not empty; a backup is restored into an empty directory`, { directory })
}

/** A transfer that breaks off is begun again; who does not answer at all has been asked again by the store. */
async function fetchFile(store: BackupStore, file: StoredFile, target: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  for (let attempt = 1; ; attempt++) {
    const content = await store.get(objectName(file.sha256), signal)
    try {
      await receive(content, file, target, signal)
      return
    } catch (error) {
      const isBroken = error instanceof AppError && error.code === 'backup_unavailable'
      if (!isBroken || attempt === ATTEMPTS) throw error
    }
  }
}

async function receive(content: Readable | null, { path, bytes, sha256 }: StoredFile, target: string, signal: AbortSignal): Promise<void> {
  const damaged = (what: string): AppError => new AppError('backup_damaged', `${path} ${what} in the backup`, { path })
  if (content === null) throw damaged('is missing')
  const digest = new DigestStream()
  await pipeline(content, digest, createWriteStream(target, { mode: 0o600, flush: true }), { signal })
  if (!isSame(digest.digest(), { bytes, sha256 })) throw damaged('was altered')
}

/** Every folder above a file, without the data directory itself. */
function foldersOf(files: readonly StoredFile[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const { path } of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.add(path.slice(0, end))
  }
  return folders
}
