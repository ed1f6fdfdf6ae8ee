import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { ApiKey } from '../../core/ports/key-store.ts'
import type { Caller } from '../../core/types.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, type HttpApp } from '../request.ts'
import { createdKeySchema, keyBody, keySchema, keyToWire } from '../wire/key.ts'
import { noQuery, word } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'

/** A key with the admin scope manages the keys of its own tenant; whoever needs no key (the owner of the data directory) all of them. */
export function keyRoutes(app: HttpApp, ports: HttpPorts): void {
  app.post(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('keys', 'createKey', 'admin', 'Makes an API key', 'The secret is in this answer and nowhere else.'),
        querystring: noQuery,
        body: keyBody,
        response: { 201: createdKeySchema, ...problemResponses(...BODY_CODES, 'storage_full') },
      },
    },
    async (http, reply) => {
      const caller = callerOf(http)
      const { tenant = caller.tenant, scopes, label } = http.body
      if (!manages(caller, tenant)) throw new AppError('forbidden', 'A key manages the keys of its own tenant only')
      const { key, secret } = await ports.keys.create({ tenant, scopes, label })
      return reply.code(201).send({ key: keyToWire(key), secret })
    },
  )

  app.get(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('keys', 'listKeys', 'admin', 'The API keys, revoked ones included, without their secrets'),
        querystring: noQuery,
        response: { 200: z.strictObject({ keys: z.array(keySchema) }), ...problemResponses() },
      },
    },
    async (http) => ({ keys: (await visible(callerOf(http))).map(keyToWire) }),
  )

  app.delete(
    '/v1/keys/:id',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('keys', 'revokeKey', 'admin', 'Revokes an API key'),
        params: z.strictObject({ id: word }),
        querystring: noQuery,
        response: { 200: z.strictObject({ key: keySchema }), ...problemResponses('key_not_found') },
      },
    },
    async (http) => {
      const { id } = http.params
      const known = (await visible(callerOf(http))).some((key) => key.id === id)
      if (!known) throw new AppError('key_not_found', 'There is no API key of that id', { id })
      return { key: keyToWire(await ports.keys.revoke(id)) }
    },
  )

  async function visible(caller: Caller): Promise<readonly ApiKey[]> {
    return (await ports.keys.list()).filter((key) => manages(caller, key.tenant))
  }
}

function manages(caller: Caller, tenant: string): boolean {
  return caller.key === null || caller.tenant === tenant
}
