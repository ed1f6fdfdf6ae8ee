import { z } from 'zod'
import type { RepairReport } from '../../core/ports/index-repair.ts'
import type { IndexStatus, VerifyCheck } from '../../core/ports/index-registry.ts'
import type { IndexDeclaration } from '../../core/types.ts'
import type { HttpDefaults } from '../ports.ts'
import { calibrationSchema, calibrationToWire } from './calibration.ts'
import { indexName, word } from './primitives.ts'

export const ENCODINGS = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'] as const
const fieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be letters, digits and _, not a digit first')

export const indexBody = (limits: { readonly indexFields: number }) =>
  z
    .strictObject({
      name: indexName,
      profile: word.optional().describe('Model profile whose embedder fills the index'),
      language: word.optional().describe('Language of the full-text index: `English`, `German`, …'),
      encodings: z
        .array(z.enum(ENCODINGS))
        .max(ENCODINGS.length)
        .refine((values) => new Set(values).size === values.length, 'must not repeat an encoding')
        .optional()
        .describe('Tokenizer encodings whose counts are stored with each sentence'),
      fields: z
        .record(fieldName, z.enum(['keyword', 'number', 'date', 'boolean']))
        .refine((fields) => Object.keys(fields).length <= limits.indexFields, `must not have more than ${limits.indexFields} fields`)
        .default({})
        .describe('Metadata fields that can be filtered by; fixed from now on'),
      unit: z.enum(['chunk', 'document']).default('chunk').describe('`document` keeps every document as one passage'),
    })
    .meta({
      examples: [{ name: 'docs', profile: 'standard', language: 'English', fields: { product: 'keyword', updated: 'date' } }],
    })

export type IndexBody = z.output<ReturnType<typeof indexBody>>

export function toDeclaration(body: IndexBody, defaults: HttpDefaults): IndexDeclaration {
  return {
    name: body.name,
    profile: body.profile ?? defaults.profile,
    language: body.language ?? defaults.language,
    encodings: body.encodings ?? defaults.encodings,
    fields: body.fields,
    unit: body.unit,
  }
}

const count = z.int().min(0)

export const indexSchema = z
  .strictObject({
    name: z.string(),
    profile: z.string(),
    language: z.string(),
    encodings: z.array(z.string()),
    fields: z.record(z.string(), z.string()),
    unit: z.string(),
    version: z.string(),
    revision: count,
    content: z.string().describe('Hash over the content of the revision'),
    documents: count,
    chunks: count,
    bytes: count.describe('On disk'),
    embedder: z.strictObject({ name: z.string(), fingerprint: z.string(), space: z.string(), dimensions: count }),
    created_at: z.string(),
    calibration: calibrationSchema.nullable().describe('Null where nobody has calibrated the index'),
  })
  .meta({ id: 'Index' })

export function indexToWire(status: IndexStatus): z.output<typeof indexSchema> {
  const { declaration, embedder } = status
  return {
    name: declaration.name,
    profile: declaration.profile,
    language: declaration.language,
    encodings: [...declaration.encodings],
    fields: { ...declaration.fields },
    unit: declaration.unit,
    version: status.version,
    revision: status.revision,
    content: status.content,
    documents: status.counts.documents,
    chunks: status.counts.chunks,
    bytes: status.bytes,
    embedder: {
      name: embedder.name,
      fingerprint: embedder.fingerprint,
      space: embedder.space,
      dimensions: embedder.dimensions,
    },
    created_at: status.createdAt,
    calibration: status.calibration === null ? null : calibrationToWire(status.calibration),
  }
}

export const verificationSchema = z.strictObject({
  ok: z.boolean(),
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), checked: count, problems: z.array(z.string()) })),
})

export const repairSchema = z.strictObject({
  rebuilt: z.array(z.string()).describe('Documents whose rows were wrong and were made again from the stored text'),
  dropped: z
    .array(z.strictObject({ id: z.string(), code: z.string() }))
    .describe('Documents that were unreadable and taken out: ingest them again'),
  orphans: count.describe('Rows that belonged to no document'),
  indexes: z.array(z.string()).describe('Columns whose index was missing'),
  verification: verificationSchema.describe('The index as it is now'),
})

export function repairToWire({ rebuilt, dropped, orphans, indexes, checks }: RepairReport): z.output<typeof repairSchema> {
  return { rebuilt: [...rebuilt], dropped: [...dropped], orphans, indexes: [...indexes], verification: verificationToWire(checks) }
}

export function verificationToWire(checks: readonly VerifyCheck[]): z.output<typeof verificationSchema> {
  return {
    ok: checks.every((check) => check.ok),
    checks: checks.map(({ name, ok, checked, problems }) => ({ name, ok, checked, problems: [...problems] })),
  }
}
