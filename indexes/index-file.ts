import { AppError } from '../src/core/errors.ts'
import type { GateResult } from '../src/core/golden/gate.ts'
import type { IndexVersion } from '../src/core/ids.ts'
import { VERSION } from '../src/core/index-ref.ts'
import type { IndexCounts, IndexDeclaration } from '../src/core/types.ts'
import { writeDurably } from './durable.ts'
import { readJson } from './json-file.ts'
import { indexFile } from './layout.ts'
import type { Manifest } from './manifest.ts'

const FORMAT = 2
const BUILD = /^v\d+-[0-9a-f]{8}$/

/** What stays known of a version. `build` is the directory below `versions`; null where its data was collected. */
export interface VersionRecord {
  readonly version: IndexVersion
  readonly build: string | null
  readonly declaration: IndexDeclaration
  readonly manifest: Manifest
  readonly createdAt: string
  /** When it last became current; null where it never did. */
  readonly publishedAt: string | null
  readonly gate: GateResult | null
  readonly forced: string | null
  readonly ahead: boolean
  /** As they were when the data was collected; before that the commit records say it. */
  readonly last: { readonly counts: IndexCounts; readonly content: string } | null
}

/** `index.json`. Everything that has to change together stands in it, so that publishing is the replacement of one file. */
export interface IndexFile {
  readonly format: typeof FORMAT
  /** As the index was created; versions may differ from it in profile, language and encodings. */
  readonly declared: IndexDeclaration
  readonly createdAt: string
  /** In the order of their numbers. */
  readonly versions: readonly VersionRecord[]
  readonly current: IndexVersion
  /** Those that were current before, the latest first. */
  readonly before: readonly IndexVersion[]
  readonly canary: IndexVersion | null
}

export function newIndexFile(declared: IndexDeclaration, build: string, manifest: Manifest): IndexFile {
  const version = 'v1' as IndexVersion
  const { createdAt } = manifest
  const record = newRecord(version, build, declared, manifest)
  const versions = [{ ...record, publishedAt: createdAt }]
  return { format: FORMAT, declared, createdAt, versions, current: version, before: [], canary: null }
}

export function newRecord(version: IndexVersion, build: string, declaration: IndexDeclaration, manifest: Manifest): VersionRecord {
  const nothing = { publishedAt: null, gate: null, forced: null, ahead: false, last: null }
  return { version, build, declaration, manifest, createdAt: manifest.createdAt, ...nothing }
}

/** Null where there is no index; `index_damaged` where its file cannot be read. */
export async function readIndexFile(index: string): Promise<IndexFile | null> {
  const value = await readJson(indexFile(index))
  if (value === null) return null
  const file = value as (Partial<Omit<IndexFile, 'format'>> & { readonly format?: unknown }) | undefined
  if (typeof file?.format === 'number' && file.format !== FORMAT) {
    const message = 'The index has the format of another version of Ration; delete it and ingest its documents again'
    throw new AppError('index_damaged', message, { format: file.format, expected: FORMAT })
  }
  if (file?.declared === undefined || !Array.isArray(file.versions) || !Array.isArray(file.before) || !file.versions.every(isRecord)) {
    throw new AppError('index_damaged', 'The declaration of the index is unreadable')
  }
  if (!file.versions.some(({ version, build }) => version === file.current && build !== null)) {
    throw new AppError('index_damaged', 'The declaration of the index names no current version')
  }
  return file as IndexFile
}

function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { version, build, declaration, manifest } = value as Partial<VersionRecord>
  return VERSION.test(version ?? '') && (build === null || BUILD.test(build ?? '')) && declaration !== undefined && manifest !== undefined
}

/** The moment from which it holds, whole: a kill leaves the file before or this one. */
export async function writeIndexFile(index: string, file: IndexFile): Promise<void> {
  await writeDurably(indexFile(index), `${JSON.stringify(file, null, 2)}\n`)
}

/** Every build that the index names. */
export function namedBuilds(file: IndexFile): readonly string[] {
  return file.versions.flatMap(({ build }) => (build === null ? [] : [build]))
}
