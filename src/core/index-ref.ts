import { AppError } from './errors.ts'
import type { Alias, IndexName, IndexRef, IndexVersion, VersionRef } from './ids.ts'

export const ALIASES: readonly Alias[] = ['current', 'previous', 'canary']
export const VERSION = /^v[1-9][0-9]{0,8}$/
/** What may be asked: a name, and behind `@` a version or an alias. */
export const INDEX_REF = /^[a-z0-9][a-z0-9_-]{0,63}(?:@(?:v[1-9][0-9]{0,8}|current|previous|canary))?$/

const PATTERN = 'a name of a-z, 0-9, _ and -, or that with @ and a version (v2) or an alias (current, previous, canary)'

/** `docs@canary` in its parts; without `@` it is the current version. Rejects `invalid_request`. */
export function parseIndexRef(index: IndexRef): { readonly name: IndexName; readonly ref: VersionRef } {
  if (!INDEX_REF.test(index)) throw new AppError('invalid_request', `An index is ${PATTERN}`, { pattern: INDEX_REF.source })
  const [name = '', ref = 'current'] = index.split('@')
  return { name: name as IndexName, ref: ref as VersionRef }
}

export function indexRef(name: IndexName, version: VersionRef): IndexRef {
  return `${name}@${version}` as IndexRef
}

/** 2 for `v2`. */
export function versionNumber(version: IndexVersion): number {
  return Number(version.slice(1))
}
