import { z } from 'zod'
import type { ApiKey } from '../../core/ports/key-store.ts'
import { label, tenantId } from './primitives.ts'

const SCOPES = ['retrieve', 'ingest', 'admin'] as const
const scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .refine((values) => new Set(values).size === values.length, 'must not repeat a scope')

export const keyBody = z
  .strictObject({
    tenant: tenantId
      .optional()
      .describe('The tenant of the caller where it is missing; only the owner of the data directory may name another'),
    scopes,
    label: label.default('').describe('What the key is for'),
  })
  .meta({ examples: [{ scopes: ['retrieve'], label: 'support bot' }] })

export const keySchema = z
  .strictObject({
    id: z.string(),
    tenant: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    label: z.string(),
    created_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'Key' })

export const createdKeySchema = z.strictObject({ key: keySchema, secret: z.string().describe('Shown this once; only a hash is kept') })

export function keyToWire(key: ApiKey): z.output<typeof keySchema> {
  return {
    id: key.id,
    tenant: key.tenant,
    scopes: [...key.scopes],
    label: key.label,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  }
}
