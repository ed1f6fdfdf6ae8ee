import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { createBackups } from '../../src/backup/create.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import type { BackupSettings } from '../../src/backup/settings.ts'
import type { BackupSource } from '../../src/core/ports/backup.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  reading,
  settings,
  tenant,
  unlimited,
} from '../contract/index-corpus.ts'

export const BACKUP: BackupSettings = {
  place: null,
  keep: 2,
  parallelFiles: 4,
  partBytes: 5_242_880,
  manifestFiles: 100_000,
  s3Endpoint: null,
  s3Region: 'us-east-1',
  s3PathStyle: true,
  s3AccessKeyId: 'test',
  s3SecretAccessKey: 'test',
  requestMs: 10_000,
}

interface Ends {
  after(action: () => unknown): unknown
}

export async function folder(context: Ends): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'ration-backup-'))
  context.after(() => rm(made, { recursive: true, force: true }))
  return made
}

export const silent = { progress: () => undefined, signal: new AbortController().signal }

export function backupsOf(sources: readonly BackupSource[], overrides: Partial<BackupSettings> = {}, warn = noWarning, at = clock) {
  return createBackups({ ...BACKUP, ...overrides }, { sources, clock: at, version: '0.0.0', configuration: 'test', warn })
}

const noWarning = (message: string): void => {
  throw new Error(`unexpected warning: ${message}`)
}

export async function restored(
  context: Ends,
  place: string,
  overrides: Partial<BackupSettings> = {},
  backup: string | null = null,
): Promise<string> {
  const directory = path.join(await folder(context), 'data')
  await mkdir(directory)
  await restoreBackup({ ...BACKUP, ...overrides }, { place, backup, directory }, () => undefined, silent.signal)
  return directory
}

export type OpenedIndexes = IndexRegistry & BackupSource

/** The indexes of a data directory. */
export async function indexesOf(context: Ends, directory: string): Promise<OpenedIndexes> {
  const registry = await createIndexRegistry(settings(), { directory: path.join(directory, 'indexes'), clock })
  context.after(() => registry.close())
  return registry
}

export async function fill(registry: IndexRegistry, ids: readonly string[], word = 'first'): Promise<void> {
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments(
    ids.map((id) => makeDocument(id, [`${word} of ${id}`, `more ${word}`])),
    embedder.fingerprint,
    unlimited(),
  )
}

/** Ids of the documents, after everything that verification looks at was found right. */
export async function wholeDocuments(registry: IndexRegistry): Promise<readonly string[]> {
  const failed = await failedChecks(registry)
  if (failed.length > 0) throw new Error(JSON.stringify(failed))
  return await reading(registry, async (reader) => (await reader.documents({ after: null, limit: 1000 }, unlimited())).map(({ id }) => id))
}
