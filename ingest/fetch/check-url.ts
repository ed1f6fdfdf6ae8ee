import { isIP } from 'node:net'
import { AppError } from '../../src/core/errors.ts'
import { isPublicAddress } from './public-address.ts'
import type { FetchSettings } from './settings.ts'

const USUAL_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/**
 * The address, if its text allows to fetch it: scheme, no user name, a host on the list with its port, no private IP address in whatever notation (parsing
 * makes `0x7f.1` 127.0.0.1). Where its name leads is known only when it is resolved; see guarded-agent.ts. Throws `url_refused`.
 */
export function checkUrl(text: string, settings: FetchSettings, isPublic: (address: string) => boolean = isPublicAddress): URL {
  const url = URL.parse(text)
  if (url === null) throw refused('is not an absolute URL', text)
  const port = USUAL_PORTS[url.protocol]
  if (port === undefined) throw refused('has another scheme than https and http', text)
  if (url.protocol === 'http:' && !settings.allowHttp) throw refused('is not https; `fetch.allow_http` allows http', text)
  if (url.username !== '' || url.password !== '') throw refused('carries a user name or a password', text)
  const host = url.hostname.replace(/\.$/, '')
  if (!settings.hosts.some((allowed) => matches(allowed, host, url.port || port, port))) {
    const how =
      settings.hosts.length === 0 ? 'no host may be fetched from: put it into `fetch.hosts`' : 'its host and port are not in `fetch.hosts`'
    throw refused(`is not allowed, ${how}`, text)
  }
  const address = host.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !settings.allowPrivate && !isPublic(address)) throw refused('leads to a private network', text)
  return url
}

/** `*.example.com` stands for what is below `example.com`, not for itself; an entry without a port for the usual one of the scheme. */
function matches(allowed: string, host: string, port: string, usualPort: string): boolean {
  const at = /:\d+$/.exec(allowed)?.index ?? allowed.length
  const [name, itsPort] = [allowed.slice(0, at), allowed.slice(at + 1) || usualPort]
  if (itsPort !== port) return false
  return name === '*' || (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name)
}

export function refused(why: string, url: string): AppError {
  return new AppError('url_refused', `The address ${why}`, { url })
}
