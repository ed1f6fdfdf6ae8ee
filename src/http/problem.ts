import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts'

/** RFC 9457, with Ration's stable code. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly instance: string
  readonly [particular: string]: unknown
}

const SHOWN_ERRORS = 20
const SHOWN_CHARACTERS = 300

/** What the framework itself refuses. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_PARTS_LIMIT: 'body_too_large',
  FST_FILES_LIMIT: 'body_too_large',
  FST_FIELDS_LIMIT: 'body_too_large',
  FST_PROTO_VIOLATION: 'invalid_request',
  FST_INVALID_JSON_FIELD_ERROR: 'invalid_request',
  FST_MP_PREMATURE_CLOSE: 'cancelled',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid_request',
}

/** For what the framework says without what is allowed. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  body_too_large: 'The request body is larger than http.body_bytes allows',
  unsupported_media_type:
    'The media type is missing or not taken here: JSON is application/json, a stream of lines application/x-ndjson, files for /v1/documents multipart/form-data',
}

/** Any thrown value as a coded error. What is not understood is `internal`, and its message stays inside: it may hold anything. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = (error as { readonly validationContext?: string }).validationContext ?? 'request'
    return invalidRequest(
      error.validation.map((issue) => ({
        path: [context, ...issue.instancePath.split('/').filter(Boolean)].join('.'),
        message: issue.message ?? 'is invalid',
      })),
    )
  }
  const { code, message } = error instanceof Error ? (error as Error & { readonly code?: unknown }) : { code: null, message: '' }
  const known = typeof code === 'string' ? FRAMEWORK_CODES[code] : undefined
  if (known !== undefined) return new AppError(known, WORDS[known] ?? message)
  return new AppError('internal', 'An unexpected error; the log has it under this request id', {}, { cause: error })
}

/** A request that does not have the documented shape: what is wrong, place by place, bounded. */
export function invalidRequest(errors: readonly { readonly path: string; readonly message: string }[]): AppError {
  const shown = errors.slice(0, SHOWN_ERRORS).map(({ path, message }) => ({ path: cut(path), message: cut(message) }))
  const [first] = shown
  return new AppError('invalid_request', first === undefined ? 'The request is invalid' : `${first.path}: ${first.message}`, {
    errors: shown,
  })
}

export function toProblem(error: AppError, instance: string): Problem {
  const { status, title } = ERROR_CODES[error.code]
  return { ...error.details, type: `/docs/errors#${error.code}`, title, status, code: error.code, detail: error.message, instance }
}

function cut(text: string): string {
  const shown = text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`
  return shown.toWellFormed()
}
