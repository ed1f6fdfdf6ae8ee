/**
 * The one table of error codes. A code is public: it is documented in docs/errors.md (a test compares both ways), it
 * never changes its meaning, and a retired code is never reused.
 *
 * `status` is the HTTP status a code maps to; `retry` says whether the same request can succeed later unchanged.
 */
export const ERROR_CODES = {
  invalid_request: { status: 400, retry: false, title: 'The request does not have the documented shape' },
  invalid_filter: { status: 400, retry: false, title: 'The filter is not a valid filter tree' },
  unknown_filter_field: { status: 400, retry: false, title: 'The index declares no such filterable field' },
  unknown_tokenizer: { status: 400, retry: false, title: 'No tokenizer or model of that name is known' },
  unknown_intent: { status: 400, retry: false, title: 'No intent of that name is configured' },
  unknown_profile: { status: 400, retry: false, title: 'No model profile of that name is configured' },
  invalid_config: { status: 400, retry: false, title: 'A configuration value is not allowed' },
  invalid_document: { status: 400, retry: false, title: 'The document cannot be ingested' },
  unsupported_media_type: { status: 415, retry: false, title: 'The media type of the request or of the document is not supported' },
  document_unreadable: { status: 422, retry: false, title: 'The file is damaged, encrypted or holds no text' },
  parser_limit: { status: 422, retry: false, title: 'Reading the file went over a limit of memory, time, pages or output' },
  parser_died: { status: 422, retry: false, title: 'The parser died of the file' },
  worker_died: { status: 500, retry: false, title: 'The process died of the document, more than once' },
  url_refused: { status: 422, retry: false, title: 'The address is not on the allow-list, or leads to a private network' },
  url_unreachable: { status: 502, retry: true, title: 'The address could not be fetched' },
  backup_damaged: { status: 400, retry: false, title: 'The backup is incomplete or was altered' },
  backup_unavailable: { status: 503, retry: true, title: 'The place of the backup cannot be reached' },
  document_too_large: { status: 413, retry: false, title: 'The document is over the size limit' },
  body_too_large: { status: 413, retry: false, title: 'The request body is over the size limit' },
  unauthenticated: { status: 401, retry: false, title: 'An API key is required' },
  forbidden: { status: 403, retry: false, title: 'The API key does not have the scope for this' },
  not_found: { status: 404, retry: false, title: 'There is no such route' },
  method_not_allowed: { status: 405, retry: false, title: 'The route does not take this method' },
  index_not_found: { status: 404, retry: false, title: 'There is no index of that name' },
  document_not_found: { status: 404, retry: false, title: 'There is no document of that id in the index' },
  job_not_found: { status: 404, retry: false, title: 'There is no job or dead letter of that id' },
  version_not_found: { status: 404, retry: false, title: 'The index has no such version' },
  key_not_found: { status: 404, retry: false, title: 'There is no API key of that id' },
  index_exists: { status: 409, retry: false, title: 'An index of that name exists with another declaration' },
  fingerprint_mismatch: { status: 409, retry: false, title: 'The index was built with another embedding model' },
  version_differs: { status: 409, retry: false, title: 'Documents would be lost: the version and the live one hold different ones' },
  version_moved: { status: 409, retry: true, title: 'Another version of the index became current while it was written to' },
  gate_failed: { status: 409, retry: false, title: 'The version did not pass the gate of its index' },
  idempotency_conflict: { status: 409, retry: false, title: 'The idempotency key was used for another request' },
  session_full: { status: 409, retry: false, title: 'The session holds as much as a session may' },
  too_many_sessions: { status: 429, retry: true, title: 'The tenant has as many sessions as it may' },
  index_damaged: { status: 500, retry: false, title: 'The index on disk is damaged and could not be repaired' },
  data_locked: { status: 409, retry: true, title: 'Another process owns the data directory' },
  model_unavailable: { status: 503, retry: true, title: 'A model could not be loaded' },
  storage_full: { status: 507, retry: true, title: 'The disk is full' },
  too_busy: { status: 429, retry: true, title: 'A queue is full; try again shortly' },
  deadline_exceeded: { status: 504, retry: true, title: 'The deadline passed before an answer was ready' },
  cancelled: { status: 499, retry: true, title: 'The client went away' },
  shutting_down: { status: 503, retry: true, title: 'The service is shutting down' },
  not_ready: { status: 503, retry: true, title: 'The service is starting' },
  invalid_dataset: { status: 400, retry: false, title: 'A benchmark data set or case file cannot be used' },
  state_unavailable: { status: 503, retry: true, title: 'The control database does not answer' },
  state_damaged: { status: 500, retry: false, title: 'The control state is damaged or from another version of Ration' },
  internal: { status: 500, retry: false, title: 'A bug in Ration' },
} as const satisfies Record<string, { status: number; retry: boolean; title: string }>

export type ErrorCode = keyof typeof ERROR_CODES

/** What will happen in the field: bad input, a full disk, a slow model. Carries a documented code; the message is for the caller. */
export class AppError extends Error {
  readonly code: ErrorCode
  /** Machine-readable particulars (path, limit, allowed values); part of the answer, so never secrets or query text. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** What cannot happen unless Ration has a bug. Never used for input or for weather. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}
