import { AppError } from '../core/errors.ts'
import { manifestName, OBJECTS, objectName, type BackupManifest } from './manifest.ts'
import { backupIds, readManifest } from './place.ts'
import type { BackupStore } from './store.ts'

/** By SHA-256, the length of every object that a place holds. */
export async function objectsIn(store: BackupStore, signal: AbortSignal): Promise<Map<string, number>> {
  const objects = new Map<string, number>()
  for await (const { name, bytes } of store.list(OBJECTS, signal)) objects.set(name.slice(name.lastIndexOf('/') + 1), bytes)
  return objects
}

/** Null where there is none that is whole: a damaged one says nothing that a new backup could build on. */
export async function newestManifest(store: BackupStore, signal: AbortSignal): Promise<BackupManifest | null> {
  const id = (await backupIds(store, signal)).at(-1)
  return id === undefined ? null : await unlessDamaged(store, id, signal)
}

/**
 * Removes all but the `keep` newest backups, each manifest before what only it needed, so that a cut leaves no backup that is half there. Where a kept
 * manifest cannot be read nothing is removed: what it needs is not known.
 */
export async function removeOld(store: BackupStore, keep: number, ids: readonly string[], signal: AbortSignal): Promise<void> {
  const kept = ids.slice(-keep)
  const needed = new Set<string>()
  for (const id of kept) for (const { sha256 } of (await readManifest(store, id, signal)).files) needed.add(objectName(sha256))
  await store.remove(ids.slice(0, -keep).map(manifestName), signal)
  const unneeded = [...(await objectsIn(store, signal)).keys()].map(objectName).filter((name) => !needed.has(name))
  await store.remove(unneeded, signal)
}

async function unlessDamaged(store: BackupStore, id: string, signal: AbortSignal): Promise<BackupManifest | null> {
  try {
    return await readManifest(store, id, signal)
  } catch (error) {
    if (error instanceof AppError && error.code === 'backup_damaged') return null
    throw error
  }
}
