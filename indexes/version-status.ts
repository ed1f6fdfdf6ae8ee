import type { VersionStatus } from '../src/core/ports/index-versions.ts'
import { bytesBelow } from './durable.ts'
import type { IndexFile, VersionRecord } from './index-file.ts'
import { lastOf } from './last-counts.ts'
import { buildPaths } from './layout.ts'
import type { OpenVersion } from './open-version.ts'
import { aliasesOf } from './version-moves.ts'

export async function versionStatus(directory: string, file: IndexFile, record: VersionRecord): Promise<VersionStatus> {
  const { version, build, declaration, manifest, createdAt, publishedAt, gate, forced, ahead } = record
  return {
    ...{ version, declaration, createdAt, publishedAt, gate, forced, ahead },
    ...(await lastOf(directory, record)),
    state: build === null ? 'collected' : publishedAt === null ? 'ready' : 'published',
    aliases: aliasesOf(file, version),
    embedder: manifest.embedder,
    configuration: manifest.configuration,
    bytes: build === null ? 0 : await bytesBelow(buildPaths(directory, build).root),
  }
}

export async function buildingStatus(opened: OpenVersion): Promise<VersionStatus> {
  const { version, declaration, manifest, head } = opened
  const { embedder, configuration, createdAt } = manifest
  const nothing = { aliases: [], publishedAt: null, gate: null, forced: null, ahead: false }
  const bytes = await opened.bytes()
  const { counts, content } = head
  return { version, declaration, embedder, configuration, createdAt, counts, content, bytes, state: 'building', ...nothing }
}
