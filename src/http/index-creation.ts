import { AppError } from '../core/errors.ts'
import type { IndexName, TenantId } from '../core/ids.ts'
import type { IndexStatus } from '../core/ports/index-registry.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { ChunkUnit, IndexDeclaration } from '../core/types.ts'
import type { HttpPorts } from './ports.ts'

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

/** The index to write to. The default one comes into being with its first document; any other must exist: a typo is not an index. */
export async function indexToFill(
  ports: Pick<HttpPorts, 'profiles' | 'indexes' | 'defaults'>,
  tenant: TenantId,
  name: IndexName,
  limits: Limits,
): Promise<IndexStatus> {
  try {
    return await ports.indexes.status(tenant, name, limits)
  } catch (error) {
    const missing = error instanceof AppError && error.code === 'index_not_found'
    if (!missing || name !== ports.defaults.index) throw error
    const { profile, language, encodings } = ports.defaults
    return createIndex(ports, tenant, { name, profile, language, encodings, fields: {}, unit: 'chunk' }, limits)
  }
}

/** For a dry run: the name of an index that exists, or what it would be, which for now nobody creates. */
export async function indexOrDeclaration(
  ports: HttpPorts,
  tenant: TenantId,
  name: IndexName,
  declared: { readonly profile?: string | undefined; readonly unit?: ChunkUnit | undefined },
  limits: Limits,
): Promise<IndexName | IndexDeclaration> {
  try {
    return (await ports.indexes.status(tenant, name, limits)).declaration.name
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'index_not_found') throw error
    const { profile, language, encodings } = ports.defaults
    return { name, profile: declared.profile ?? profile, language, encodings, fields: {}, unit: declared.unit ?? 'chunk' }
  }
}
