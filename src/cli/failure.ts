import { AppError, ERROR_CODES } from '../core/errors.ts'
import type { ExitCode } from '../core/ports/command.ts'

/** What was asked for cannot be done as asked: 2; everything else that went wrong: 1. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof AppError && ERROR_CODES[error.code].status === 400 ? 2 : 1
}

/** One line `code: message`, or the problem as JSON; where it is a bug, the stack behind it. */
export function failureText(error: unknown, json: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const known = error instanceof AppError ? error : new AppError('internal', message, {}, { cause: error })
  if (json) return `${JSON.stringify(problem(known))}\n`
  const stack = known !== error && error instanceof Error ? `${error.stack ?? ''}\n` : ''
  return `${known.code}: ${message}\n${stack}`
}

function problem(error: AppError): object {
  const { title, status } = ERROR_CODES[error.code]
  return { code: error.code, title, status, detail: error.message, ...error.details }
}
