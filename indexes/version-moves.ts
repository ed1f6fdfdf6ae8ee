import { AppError } from '../src/core/errors.ts'
import type { Alias, IndexVersion, VersionRef } from '../src/core/ids.ts'
import { versionNumber } from '../src/core/index-ref.ts'
import type { PublishOptions } from '../src/core/ports/index-versions.ts'
import type { IndexFile, VersionRecord } from './index-file.ts'
import type { RetentionSettings } from './settings.ts'

/** What becomes of `index.json`; nothing here touches a disk. */

/** Rejects `version_not_found` for what is not there, or has no data any more. */
export function recordOf(file: IndexFile, ref: VersionRef): VersionRecord & { readonly build: string } {
  const version = ref === 'current' ? file.current : ref === 'previous' ? file.before[0] : ref === 'canary' ? file.canary : ref
  const record = file.versions.find((each) => each.version === version)
  if (record?.build !== null && record !== undefined) return { ...record, build: record.build }
  const message = record === undefined ? absent(ref) : `The data of version ${ref} was collected; its record stays`
  const versions = file.versions.filter(({ build }) => build !== null).map((each) => each.version)
  throw new AppError('version_not_found', message, { version: ref, versions })
}

function absent(ref: VersionRef): string {
  if (ref === 'previous') return 'No other version of the index was current before'
  return ref === 'canary' ? 'The index has no canary; `ration index canary` names one' : `The index has no version ${ref}`
}

export function aliasesOf(file: IndexFile, version: IndexVersion): readonly Alias[] {
  const named = { current: file.current, previous: file.before[0], canary: file.canary }
  return (['current', 'previous', 'canary'] as const).filter((alias) => named[alias] === version)
}

export function withRecord(file: IndexFile, record: VersionRecord): IndexFile {
  const others = file.versions.filter(({ version }) => version !== record.version)
  return { ...file, versions: [...others, record].sort((a, b) => versionNumber(a.version) - versionNumber(b.version)) }
}

export function withCanary(file: IndexFile, version: IndexVersion | null): IndexFile {
  return { ...file, canary: version === null ? null : recordOf(file, version).version }
}

/**
 * `version` becomes current. A publication puts the one before in front of those before it; a rollback leaves it out, so that the next
 * rollback goes further back and not to the version that one fled from. The canary that is published is no canary any more.
 */
export function published(
  file: IndexFile,
  version: IndexVersion,
  { rollback, forced }: PublishOptions,
  differs: boolean,
  at: string,
): IndexFile {
  const before = [...(rollback ? [] : [file.current]), ...file.before].filter((each) => each !== version)
  const left = recordOf(file, file.current)
  const moved = withRecord(withRecord(file, { ...left, ahead: differs }), {
    ...recordOf(file, version),
    publishedAt: at,
    forced,
    ahead: false,
  })
  return { ...moved, current: version, before: [...new Set(before)], canary: file.canary === version ? null : file.canary }
}

/** Versions whose data nobody needs by these rules: never the current one, the one before it, the canary, or one with documents of its own. */
export function collectable(file: IndexFile, { keepPublished, keepUnpublished }: RetentionSettings): readonly VersionRecord[] {
  const named = new Set([file.current, file.before[0], file.canary])
  const others = file.versions.filter(({ version, build, ahead }) => build !== null && !ahead && !named.has(version))
  const used = file.before[0] === undefined ? 0 : 1
  const publications = others
    .filter(({ publishedAt }) => publishedAt !== null)
    .sort((a, b) => ((a.publishedAt ?? '') < (b.publishedAt ?? '') ? 1 : -1))
  const unpublished = others.filter(({ publishedAt }) => publishedAt === null).reverse()
  return [...publications.slice(Math.max(0, keepPublished - used)), ...unpublished.slice(keepUnpublished)]
}

/** Without the data of one version; its record stays. The file as it is where the data is needed, as it may be again by now. */
export function collected(file: IndexFile, version: IndexVersion, last: VersionRecord['last'], retention: RetentionSettings): IndexFile {
  if (!collectable(file, retention).some((record) => record.version === version)) return file
  const record = { ...recordOf(file, version), build: null, last }
  const next = withRecord({ ...file, before: file.before.filter((each) => each !== version) }, record)
  const gone = next.versions.filter(({ build }) => build === null).map((each) => each.version)
  const forgotten = new Set(gone.slice(0, Math.max(0, gone.length - retention.keepRecords)))
  return { ...next, versions: next.versions.filter((each) => !forgotten.has(each.version)) }
}

/** Never given out before: records of the latest stay, so the highest number stays known. */
export function nextVersion(file: IndexFile, building: Iterable<IndexVersion>): IndexVersion {
  return `v${Math.max(...[...file.versions.map(({ version }) => version), ...building].map(versionNumber)) + 1}` as IndexVersion
}
