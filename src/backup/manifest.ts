import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { LeftOut } from '../core/ports/backup.ts'
import { canonicalJson } from '../core/text/canonical-json.ts'

/*
 * A place of backups:
 *
 *     objects/<2 digits>/<sha256>    what a file held; written once, shared by every backup that has the file
 *     backups/<id>.json              one manifest a backup, written last: the backup exists while it does
 */

export interface StoredFile {
  /** Below the data directory, with slashes. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly immutable: boolean
}

export interface BackupManifest {
  readonly format: 1
  readonly id: string
  readonly createdAt: string
  /** Program version and configuration hash of the service that was copied. */
  readonly ration: string
  readonly configuration: string
  readonly leftOut: readonly LeftOut[]
  readonly files: readonly StoredFile[]
}

export const MANIFESTS = 'backups/'
export const OBJECTS = 'objects/'
const ID = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/
const SHA256 = /^[0-9a-f]{64}$/
/** Below the data directory and nowhere else, whoever wrote the manifest. */
const PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\\\0]+(?:\/[^/\\\0]+)*$/

/** Sorts by time. */
export function newBackupId(wall: number): string {
  return `${new Date(wall).toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`
}

export const isBackupId = (id: string): boolean => ID.test(id)
export const manifestName = (id: string): string => `${MANIFESTS}${id}.json`
export const objectName = (sha256: string): string => `${OBJECTS}${sha256.slice(0, 2)}/${sha256}`

export function formatManifest(manifest: BackupManifest): Uint8Array {
  return Buffer.from(`${JSON.stringify({ ...manifest, checksum: checksum(manifest) })}\n`)
}

/** Rejects `backup_damaged` for anything but a whole manifest with that id. */
export function parseManifest(content: Uint8Array, id: string): BackupManifest {
  const damaged = (what: string): AppError => new AppError('backup_damaged', `The manifest of the backup ${what}`, { backup: id })
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(content).toString())
  } catch (error) {
    throw new AppError('backup_damaged', 'The manifest of the backup is not JSON', { backup: id }, { cause: error })
  }
  if (typeof value !== 'object' || value === null) throw damaged('is not an object')
  const { checksum: stored, ...manifest } = value as BackupManifest & { readonly checksum?: unknown }
  if (typeof manifest.format === 'number' && (manifest.format as number) !== 1) throw damaged('was written by a newer Ration')
  if (stored !== checksum(manifest)) throw damaged('does not match its checksum')
  if (manifest.id !== id) throw damaged('belongs to another backup')
  if (!Array.isArray(manifest.files) || !manifest.files.every(isStoredFile)) throw damaged('lists what is no file of a data directory')
  return manifest
}

function isStoredFile(value: unknown): value is StoredFile {
  const { path, bytes, sha256 } = (value ?? {}) as Partial<StoredFile>
  return typeof path === 'string' && PATH.test(path) && Number.isSafeInteger(bytes) && typeof sha256 === 'string' && SHA256.test(sha256)
}

const checksum = (manifest: BackupManifest): string => createHash('sha256').update(canonicalJson(manifest)).digest('hex')
