import { z } from 'zod'
import type { DocumentId, IndexName, IndexRef, TenantId } from '../../core/ids.ts'
import { INDEX_REF } from '../../core/index-ref.ts'

/** Names of indexes, tenants: what is safe in a path, on a disk and in a metric. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/
/** No control characters and no lone surrogates: such text can neither be stored nor be sent as UTF-8. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u
/** Longest document id, in UTF-16 code units (see core/ids.ts). */
export const DOCUMENT_ID_CHARACTERS = 512

/** Text of one line, storable. */
export const plain = (max: number) => z.string().max(max).regex(PLAIN, 'must not contain control characters')

/**
 * The same schema with a branded output. A cast and no transform: zod leaves the examples of a schema out of its input side as
 * soon as something in it transforms.
 */
export const branded = <Brand extends string>(schema: z.ZodType<string, string>) => schema as unknown as z.ZodType<Brand, string>

export const indexName = branded<IndexName>(
  z
    .string()
    .regex(NAME, 'must be 1 to 64 of a-z, 0-9, _ and -, and start with a letter or a digit')
    .meta({ description: 'Name of an index: 1 to 64 of a-z, 0-9, `_` and `-`', examples: ['docs'] }),
)

export const indexReference = branded<IndexRef>(
  z
    .string()
    .regex(INDEX_REF, 'must be the name of an index, alone or with @ and a version (docs@v2) or an alias (docs@canary)')
    .meta({ description: 'Name of an index; with `@v2`, `@previous` or `@canary` that version of it', examples: ['docs'] }),
)

export const tenantId = branded<TenantId>(
  z
    .string()
    .regex(NAME, 'must be 1 to 64 of a-z, 0-9, _ and -, and start with a letter or a digit')
    .meta({ description: 'Name of a tenant: 1 to 64 of a-z, 0-9, `_` and `-`', examples: ['default'] }),
)

export const documentId = branded<DocumentId>(
  plain(DOCUMENT_ID_CHARACTERS)
    .min(1)
    .meta({
      description: 'Chosen by the caller, unique in its index; 1 to 512 characters, no control characters',
      examples: ['guide/keys.md'],
    }),
)

export const title = plain(1024)
export const uri = plain(4096)
export const label = plain(200)

/** Names of profiles, languages, intents, encodings, models: short, printable, without spaces. */
export const word = z.string().regex(/^[\w./:@-]{1,128}$/, 'must be 1 to 128 letters, digits or ._/:@-')

export const feature = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:-]{0,63}$/, 'must be 1 to 64 letters, digits or ._:- and start with a letter or a digit')
  .meta({ description: 'What the cost is booked to, with the tenant', examples: ['support-bot'] })

/** A whole number in a query string: digits only, so that `1e3`, ` 1` and `0x1` are refused. */
export const digits = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(max))

/** Half-open range of UTF-16 code units, `[start, end]`. */
export const span = z.tuple([z.int().min(0), z.int().min(0)]).meta({
  description: 'Half-open range [start, end) of UTF-16 code units into the stored text of the document',
  examples: [[120, 640]],
})

/** For routes that take no parameters and no body: what is sent all the same is refused, not ignored. */
export const noQuery = z.strictObject({})
export const noBody = z.strictObject({}).nullish()
