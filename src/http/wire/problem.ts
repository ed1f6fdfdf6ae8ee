import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts'

const CODES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457, with Ration's stable `code`. Open at its end: particulars of the code (a limit, the allowed values) stand beside the named members. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('Where the code is explained'),
    title: z.string(),
    status: z.int(),
    code: z.enum(CODES).describe('Stable; what a program should look at'),
    detail: z.string().describe('What happened this time, for people'),
    instance: z.string().describe('Id of the request, also in the header x-request-id'),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with the request, place by place'),
  })
  .meta({
    id: 'Problem',
    description: 'application/problem+json (RFC 9457)',
    examples: [
      {
        type: '/docs/errors#invalid_request',
        title: ERROR_CODES.invalid_request.title,
        status: 400,
        code: 'invalid_request',
        detail: 'body.budget.tokens: Too small: expected number to be >=1',
        instance: 'req_01K0000000000000000000000A',
        errors: [{ path: 'body.budget.tokens', message: 'Too small: expected number to be >=1' }],
      },
    ],
  })

/** Codes that any route below /v1 may answer with. */
const COMMON: readonly ErrorCode[] = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'too_busy',
  'deadline_exceeded',
  'cancelled',
  'internal',
  'state_unavailable',
  'state_damaged',
  'shutting_down',
]
/** Codes that any route with a body may answer with. */
export const BODY_CODES: readonly ErrorCode[] = ['body_too_large', 'unsupported_media_type']

/** Codes that whatever fills an index may answer with. */
export const INGEST_CODES: readonly ErrorCode[] = [
  ...BODY_CODES,
  'index_not_found',
  'fingerprint_mismatch',
  'index_damaged',
  'unknown_profile',
  'model_unavailable',
  'storage_full',
  'not_ready',
]

/** The error half of a route's documentation: one response a status, naming the codes that it may carry. */
export function problemResponses(...codes: readonly ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set([...COMMON, ...codes])) {
    const { status } = ERROR_CODES[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      status,
      {
        description: named.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join('. '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}
