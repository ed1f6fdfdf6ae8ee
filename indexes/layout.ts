import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { IndexName, IndexVersion, TenantId } from '../src/core/ids.ts'

/**
 * Where things stand:
 *
 *     <directory>/<tenant>/<index>/index.json            the declaration, the versions and their aliases; the index exists while it does
 *     <directory>/<tenant>/<index>/golden.json           questions with their passages, and the pinned baseline, where a set is attached
 *     <directory>/<tenant>/<index>/vectors.db            vectors that were made before, of any version; may be lost at any time
 *     <directory>/<tenant>/<index>/versions/<build>/     one version's data: `v1-` and eight characters, so that no path is ever used twice
 *         manifest.json                                  format, embedder, configuration; written last, a build without it is rubbish
 *         calibration.json                               where it begins to abstain, once it was calibrated
 *         commits/000000000007.json                      one small record a revision; the newest whole one is the state of the index
 *         lance/                                         LanceDB: tables `chunks` and `documents`
 *         aside/                                         unreadable LanceDB manifests that a start moved out of the way
 *         deleted                                        marks a deleted build whose readers were not all gone
 */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

export interface BuildPaths {
  readonly root: string
  readonly manifest: string
  readonly calibration: string
  readonly commits: string
  readonly lance: string
  readonly aside: string
  readonly deleted: string
}

export function checkName(kind: 'index' | 'tenant', name: string): void {
  if (!NAME.test(name)) throw new AppError('invalid_request', `The ${kind} name must match ${NAME.source}`, { pattern: NAME.source })
}

export function indexDirectory(directory: string, tenant: TenantId, name: IndexName): string {
  checkName('tenant', tenant)
  checkName('index', name)
  return path.join(directory, tenant, name)
}

export function indexFile(index: string): string {
  return path.join(index, 'index.json')
}

export function goldenFile(index: string): string {
  return path.join(index, 'golden.json')
}

export function vectorsFile(index: string): string {
  return path.join(index, 'vectors.db')
}

export function versionsDirectory(index: string): string {
  return path.join(index, 'versions')
}

export function buildPaths(index: string, build: string): BuildPaths {
  const root = path.join(versionsDirectory(index), build)
  return {
    root,
    manifest: path.join(root, 'manifest.json'),
    calibration: path.join(root, 'calibration.json'),
    commits: path.join(root, 'commits'),
    lance: path.join(root, 'lance'),
    aside: path.join(root, 'aside'),
    deleted: path.join(root, 'deleted'),
  }
}

/** A directory for the data of a version that no other ever had. */
export function newBuild(version: IndexVersion): string {
  return `${version}-${randomBytes(4).toString('hex')}`
}
