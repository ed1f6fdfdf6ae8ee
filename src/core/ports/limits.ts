/**
 * What bounds one call. `deadline` is absolute, in milliseconds on the context's monotonic clock: native and HTTP calls
 * need what is left as a number. `signal` fires when nobody waits for the result any more.
 * After either, a callee rejects with AppError `deadline_exceeded` or `cancelled` and leaves nothing half done.
 */
export interface Limits {
  readonly signal: AbortSignal
  readonly deadline: number
}
