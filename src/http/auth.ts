import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError, invariant } from '../core/errors.ts'
import type { TenantId } from '../core/ids.ts'
import type { KeyStore } from '../core/ports/key-store.ts'
import type { Caller, Scope } from '../core/types.ts'
import { isLoopback } from './loopback.ts'
import { tenantId } from './wire/primitives.ts'

const EVERY_SCOPE: readonly Scope[] = ['retrieve', 'ingest', 'admin']
const TENANT_HEADER = 'x-ration-tenant'
const SECRET_CHARACTERS = 512

/**
 * Says who asks, before anything of the request is read.
 * - The socket in the data directory is its owner: every scope, in the tenant that `x-ration-tenant` names.
 * - A key (`Authorization: Bearer …`) decides tenant and scopes; a wrong one is refused even where none is needed.
 * - Without a key: the default tenant with every scope, unless keys are required or a page of another site is behind the request.
 */
export function authenticate(app: FastifyInstance, keys: KeyStore, open: { readonly required: boolean; readonly tenant: TenantId }): void {
  app.addHook('onRoute', (route) => {
    invariant(!route.url.startsWith('/v1') || route.config?.scope !== undefined, `${route.url} names no scope`)
  })
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config
    if (scope === undefined || scope === null) return
    const caller = app.owners.has(request.raw.socket) ? ownerOf(request, open.tenant) : await holderOf(request, keys, open)
    request.facts = { ...request.facts, tenant: caller.tenant, key: caller.key }
    if (!caller.scopes.includes(scope)) throw new AppError('forbidden', `The key lacks the scope ${scope}`, { scope })
    request.caller = caller
  })
}

function ownerOf(request: FastifyRequest, fallback: TenantId): Caller {
  const named = request.headers[TENANT_HEADER]
  if (named === undefined) return { tenant: fallback, scopes: EVERY_SCOPE, key: null }
  const tenant = tenantId.safeParse(named)
  if (!tenant.success) throw new AppError('invalid_request', `${TENANT_HEADER} is not the name of a tenant`)
  return { tenant: tenant.data, scopes: EVERY_SCOPE, key: null }
}

async function holderOf(
  request: FastifyRequest,
  keys: KeyStore,
  open: { readonly required: boolean; readonly tenant: TenantId },
): Promise<Caller> {
  const { authorization } = request.headers
  if (authorization === undefined) {
    if (open.required) throw new AppError('unauthenticated', 'Send an API key: Authorization: Bearer <key>')
    if (isForeign(request)) {
      throw new AppError(
        'unauthenticated',
        'Without an API key the service answers to localhost and 127.0.0.1 only, and to no page of another site',
      )
    }
    return { tenant: open.tenant, scopes: EVERY_SCOPE, key: null }
  }
  const secret = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1]
  const caller = secret === undefined || secret.length > SECRET_CHARACTERS ? null : await keys.authenticate(secret)
  if (caller === null) throw new AppError('unauthenticated', 'The API key is unknown or revoked')
  return caller
}

/**
 * Whether a browser may have been talked into asking: a page whose name was made to point at this machine (DNS rebinding) sends that
 * name as host, and one that asks across sites sends its own as origin.
 */
function isForeign(request: FastifyRequest): boolean {
  const { host, origin } = request.headers
  return !isLoopback(host?.replace(/:\d+$/, '') ?? '') || (origin !== undefined && !isLoopback(hostOf(origin)))
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : '')
