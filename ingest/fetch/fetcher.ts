import type { Readable } from 'node:stream'
import { request, type Agent, type Dispatcher } from 'undici'
import { AppError } from '../../src/core/errors.ts'
import { checkUrl } from './check-url.ts'
import { createGuardedAgent, type Resolver } from './guarded-agent.ts'
import { isPublicAddress } from './public-address.ts'
import { ACCEPTED_ENCODINGS, readBody } from './read-body.ts'
import type { FetchSettings } from './settings.ts'

export interface Fetched {
  /** As the server says it, without parameters; a hint. */
  readonly mediaType: string
  /** Text where the server names another encoding than UTF-8, otherwise bytes. */
  readonly content: string | Uint8Array
}

export interface Fetcher {
  /** Throws `url_refused` where the text of the address alone forbids it. */
  check(url: string): void
  /**
   * The document at an address. Rejects `url_refused` for an address, a redirect or a resolved name that is not allowed, `url_unreachable` for everything
   * that goes wrong out there, and with the reason of `signal`.
   */
  fetch(url: string, signal: AbortSignal): Promise<Fetched>
  close(): Promise<void>
}

export interface FetcherPorts {
  /** Asks DNS where it is missing. */
  readonly resolver?: Resolver
  /** What counts as the public internet. */
  readonly isPublic?: (address: string) => boolean
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

export function createFetcher(settings: FetchSettings, { resolver, isPublic = isPublicAddress }: FetcherPorts = {}): Fetcher {
  const { timeoutMs, redirects, responseBytes } = settings
  const isAllowed = (address: string): boolean => settings.allowPrivate || isPublic(address)
  const agent = createGuardedAgent(isAllowed, { timeoutMs, ...(resolver === undefined ? {} : { resolver }) })

  async function follow(text: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = checkUrl(text, settings, isPublic)
    for (let hop = 0; hop <= redirects; hop += 1) {
      const answer = await ask(url, agent, signal)
      const { location } = answer.headers
      if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string') return answer
      discard(answer.body)
      url = checkUrl(URL.parse(location, url.href)?.href ?? location, settings, isPublic)
    }
    throw new AppError('url_unreachable', `The address leads through more than ${redirects} redirects`, { limit: redirects })
  }

  return {
    check: (url) => void checkUrl(url, settings, isPublic),

    async fetch(text, signal) {
      const late = AbortSignal.timeout(timeoutMs)
      try {
        const { statusCode, headers, body } = await follow(text, AbortSignal.any([signal, late]))
        if (statusCode !== 200) {
          discard(body)
          throw new AppError('url_unreachable', `The address answers with status ${statusCode}`, { status: statusCode })
        }
        return asDocument(
          await readBody(body, String(headers['content-encoding'] ?? ''), responseBytes),
          String(headers['content-type'] ?? ''),
        )
      } catch (error) {
        signal.throwIfAborted()
        if (late.aborted)
          throw new AppError('url_unreachable', `The address did not answer whole within ${timeoutMs} ms`, { limit: timeoutMs })
        throw asAppError(error)
      }
    },

    close: () => agent.destroy(),
  }
}

function ask(url: URL, dispatcher: Agent, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return request(url, { dispatcher, signal, headers: { 'user-agent': 'ration', accept: '*/*', 'accept-encoding': ACCEPTED_ENCODINGS } })
}

/** Ends the connection; its error is nobody's. */
function discard(body: Readable): void {
  body.on('error', () => undefined)
  body.destroy()
}

function asDocument(bytes: Buffer, contentType: string): Fetched {
  const mediaType = /^[\w.+-]{1,64}\/[\w.+-]{1,64}/.exec(contentType.trim())?.[0].toLowerCase() ?? 'application/octet-stream'
  const charset = /;\s*charset="?([\w:.-]{1,40})/i.exec(contentType)?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset) || !mediaType.startsWith('text/')) return { mediaType, content: bytes }
  try {
    return { mediaType, content: new TextDecoder(charset).decode(bytes) }
  } catch {
    // An encoding that nobody knows: what is inside decides.
    return { mediaType, content: bytes }
  }
}

/** What was refused while connecting comes as it is; everything else is the weather out there. */
function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new AppError('url_unreachable', `The address cannot be fetched: ${code ?? message}`, {}, { cause: error })
}
