import { AppError } from '../../src/core/errors.ts'
import type { IndexName, TenantId, VersionRef } from '../../src/core/ids.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { IndexVersions, VersionStatus } from '../../src/core/ports/index-versions.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { VersionDiff } from '../../src/core/ports/releases.ts'
import type { DocumentEntry, IndexReader } from '../../src/core/ports/index-reader.ts'
import { differenceOf } from './difference.ts'

const EXAMPLES = 20

/** Rejects `version_not_found` where one of them is not there, or has no data any more. */
export async function diffVersions(
  indexes: IndexRegistry & IndexVersions,
  { tenant, index, a, b }: { readonly tenant: TenantId; readonly index: IndexName; readonly a: VersionRef; readonly b: VersionRef },
  limits: Limits,
): Promise<VersionDiff> {
  const first = await indexes.pin(tenant, index, limits, a)
  try {
    return await diffWith(first)
  } finally {
    first.release()
  }

  async function diffWith(first: IndexReader): Promise<VersionDiff> {
    const second = await indexes.pin(tenant, index, limits, b)
    try {
      const { onlyA, onlyB, changed } = await differenceOf(first, second, limits)
      const statuses = await indexes.versions(tenant, index, limits)
      return {
        a: statusOf(statuses, first.version),
        b: statusOf(statuses, second.version),
        onlyA: onlyA.length,
        onlyB: onlyB.length,
        changed: changed.length,
        examples: { onlyA: some(onlyA), onlyB: some(onlyB), changed: some(changed) },
      }
    } finally {
      second.release()
    }
  }
}

function statusOf(statuses: readonly VersionStatus[], version: string): VersionStatus {
  const status = statuses.find((each) => each.version === version)
  if (status === undefined) throw new AppError('version_not_found', `The index has no version ${version}`, { version })
  return status
}

const some = (entries: readonly DocumentEntry[]) =>
  entries
    .map(({ id }) => id)
    .sort()
    .slice(0, EXAMPLES)
