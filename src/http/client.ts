import { Readable } from 'node:stream'
import { Client, type Dispatcher } from 'undici'
import { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts'
import type { Api } from '../core/ports/command.ts'
import { readLines } from './ndjson.ts'

export interface ApiClient extends Api {
  close(): Promise<void>
}

/** Nothing in an answer of the owner is longer: a document's text, a page of documents. */
const LINE_BYTES = 268_435_456
/** Members of a problem that are not particulars of its code. */
const ENVELOPE = new Set(['type', 'title', 'status', 'instance'])
const ORIGIN = 'http://localhost'
const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * The API of the process that owns a data directory, over its socket. A problem becomes the AppError that it was on the other
 * side; no owner, or one that ends before it has answered, is `not_ready`. Text answers resolve to a string, others to their JSON.
 */
export function createApi(socketPath: string): ApiClient {
  // The commands wait as long as the work takes; Ctrl-C is their timeout.
  const client = new Client(ORIGIN, { socketPath, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 })
  return {
    async request(method, path, body, headers = {}) {
      const sent =
        body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return reach(socketPath, async () => read(await client.request({ method, path, ...sent })))
    },
    async *stream(path, lines, signal) {
      signal.throwIfAborted()
      const failures: unknown[] = []
      // An error in the source of the lines reaches the other side as a cut connection only, so it is kept here.
      const sent = Readable.from(encode(lines, failures))
      // A connection of its own: closing it is how an unfinished batch is called off.
      const batch = new Client(ORIGIN, { socketPath, headersTimeout: 0, bodyTimeout: 0 })
      try {
        const headers = { 'content-type': 'application/x-ndjson' }
        const response = await reach(socketPath, () => batch.request({ method: 'POST', path, body: sent, headers, signal }))
        if (response.statusCode >= 400) throw await problemOf(response)
        for await (const { bytes } of readLines(response.body, LINE_BYTES)) {
          const line = JSON.parse(Buffer.from(bytes ?? []).toString()) as { readonly type?: unknown }
          if (line.type === 'problem') throw toAppError(line)
          yield line
        }
      } catch (error) {
        if (failures.length > 0) throw failures[0]
        throw signal.aborted ? new AppError('cancelled', 'Interrupted', {}, { cause: error }) : unlessGone(error, socketPath)
      } finally {
        sent.destroy()
        await batch.destroy()
      }
    },
    close: () => client.close(),
  }
}

async function* encode(lines: AsyncIterable<unknown>, failures: unknown[]): AsyncGenerator<string, void, undefined> {
  try {
    for await (const line of lines) yield line === undefined ? '\n' : `${JSON.stringify(line)}\n`
  } catch (error) {
    failures.push(error)
    throw error
  }
}

async function reach<Result>(socketPath: string, send: () => Promise<Result>): Promise<Result> {
  try {
    return await send()
  } catch (error) {
    throw unlessGone(error, socketPath)
  }
}

/** The error itself, or `not_ready` where it says that nobody listens or that whoever did has gone before the answer was whole. */
function unlessGone(error: unknown, socketPath: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (!GONE.has(code ?? '')) return error
  return new AppError('not_ready', `No service answers on ${socketPath}, or it ended before it had answered`, {}, { cause: error })
}

async function read(response: Dispatcher.ResponseData): Promise<unknown> {
  if (response.statusCode >= 400) throw await problemOf(response)
  const type = String(response.headers['content-type'] ?? '')
  return type.startsWith('application/json') ? response.body.json() : response.body.text()
}

async function problemOf(response: Dispatcher.ResponseData): Promise<AppError> {
  const text = await response.body.text()
  try {
    return toAppError(JSON.parse(text))
  } catch {
    return new AppError('internal', `The service answered ${response.statusCode} without a problem`)
  }
}

function toAppError(problem: unknown): AppError {
  const { code, detail, ...rest } = problem as Record<string, unknown>
  const known = typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal'
  const particulars = Object.fromEntries(Object.entries(rest).filter(([name]) => !ENVELOPE.has(name)))
  return new AppError(known, typeof detail === 'string' ? detail : 'The service failed', particulars)
}
