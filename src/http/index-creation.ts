import { AppError } from '../core/errors.ts'
import type { IndexName, TenantId } from '../core/ids.ts'
import type { IndexStatus } from '../core/ports/index-registry.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { ChunkUnit, IndexDeclaration } from '../core/types.ts'
import type { HttpPorts } from './ports.ts'

/** What an index that does not exist yet may be told beyond its name. */
interface Declared {
  readonly profile?: string | undefined
  readonly unit?: ChunkUnit | undefined
}

/** Creates an index with the embedder of its profile. Idempotent for an equal declaration; rejects `index_exists` otherwise. */
export async function createIndex(
  ports: Pick<HttpPorts, 'profiles' | 'indexes'>,
  tenant: TenantId,
  declaration: IndexDeclaration,
  limits: Limits,
): Promise<IndexStatus> {
  const { passages } = await ports.profiles.open(declaration.profile)
  const { name, fingerprint, space, dimensions } = passages
  return ports.indexes.create(tenant, declaration, { name, fingerprint, space, dimensions }, limits)
}

/** Null where there is no index of that name. */
export async function statusOrNull(
  { indexes }: Pick<HttpPorts, 'indexes'>,
  tenant: TenantId,
  name: IndexName,
  limits: Limits,
): Promise<IndexStatus | null> {
  try {
    return await indexes.status(tenant, name, limits)
  } catch (error) {
    if (error instanceof AppError && error.code === 'index_not_found') return null
    throw error
  }
}

/** The index to write to. The default one comes into being with its first document; any other must exist: a typo is not an index. */
export async function indexToFill(
  ports: Pick<HttpPorts, 'profiles' | 'indexes' | 'defaults'>,
  tenant: TenantId,
  name: IndexName,
  limits: Limits,
): Promise<IndexStatus> {
  if (name !== ports.defaults.index) return ports.indexes.status(tenant, name, limits)
  return (await statusOrNull(ports, tenant, name, limits)) ?? createIndex(ports, tenant, declarationOf(ports, name), limits)
}

/** For a dry run: the name of an index that exists, or what a load would create it as. */
export async function indexOrDeclaration(
  ports: HttpPorts,
  tenant: TenantId,
  name: IndexName,
  declared: Declared,
  limits: Limits,
): Promise<IndexName | IndexDeclaration> {
  const status = await statusOrNull(ports, tenant, name, limits)
  return status?.declaration.name ?? declarationOf(ports, name, declared)
}

function declarationOf(
  { defaults: { profile, language, encodings } }: Pick<HttpPorts, 'defaults'>,
  name: IndexName,
  declared: Declared = {},
): IndexDeclaration {
  return { name, profile: declared.profile ?? profile, language, encodings, fields: {}, unit: declared.unit ?? 'chunk' }
}
