import type { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'
import { createFolderStore } from './folder-store.ts'
import { isBackupId, manifestName, MANIFESTS, parseManifest, type BackupManifest } from './manifest.ts'
import { createS3Store } from './s3-store.ts'
import type { BackupSettings } from './settings.ts'
import type { BackupStore } from './store.ts'

const S3 = /^s3:\/\/([^/]+)(?:\/(.*))?$/

/** The store that `place` names; null is the configured one. Rejects `invalid_request` where there is none. */
export function openPlace(place: string | null, settings: BackupSettings): BackupStore {
  const named = place ?? settings.place
  if (named === null)
    throw new AppError('invalid_request', 'Say where the backup is: a folder, s3://bucket/prefix, or the setting backup.place')
  const [, bucket, prefix = ''] = S3.exec(named) ?? []
  if (bucket !== undefined) return createS3Store(settings, { bucket, prefix: prefix.replace(/\/+$/, '') })
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(named))
    throw new AppError('invalid_request', `A backup stands in a folder or under s3://, not under ${named}`)
  return createFolderStore(named)
}

/** Ids of the backups that stand in a place, oldest first. */
export async function backupIds(store: BackupStore, signal: AbortSignal): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { name } of store.list(MANIFESTS, signal)) {
    const id = name.slice(MANIFESTS.length).replace(/\.json$/, '')
    if (isBackupId(id) && name === manifestName(id)) ids.push(id)
  }
  return ids.sort()
}

/** Rejects `backup_damaged` where it is missing or not whole. */
export async function readManifest(store: BackupStore, id: string, signal: AbortSignal): Promise<BackupManifest> {
  const content = await store.get(manifestName(id), signal)
  if (content === null) throw new AppError('backup_damaged', `There is no backup ${id} in this place`, { backup: id })
  return parseManifest(await bytesOf(content), id)
}

async function bytesOf(stream: Readable): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
