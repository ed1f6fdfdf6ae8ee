import { lookup as resolve, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { refused } from './check-url.ts'

export type Resolver = (name: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

const systemResolver: Resolver = (name, done) => resolve(name, { all: true }, done)

/**
 * Connects to public addresses only. What is judged is what the socket is then opened to: a name is resolved once, inside `connect`, so one that leads somewhere
 * else the next time it is asked gains nothing. A name with any private address is refused. Each request has a connection of its own.
 */
export function createGuardedAgent(
  isAllowed: (address: string) => boolean,
  { timeoutMs, resolver = systemResolver }: { readonly timeoutMs: number; readonly resolver?: Resolver },
): Agent {
  const lookup: LookupFunction = (name, options, done) => {
    resolver(name, (error, addresses) => {
      if (error !== null) return done(error, '')
      const [first] = addresses
      if (first === undefined || addresses.some(({ address }) => !isAllowed(address)))
        return done(refused('leads to a private network', name), '')
      return options.all === true ? done(null, [...addresses]) : done(null, first.address, first.family)
    })
  }
  const connector = buildConnector({ timeout: timeoutMs, lookup, autoSelectFamily: true })
  return new Agent({
    pipelining: 0,
    connect: (options, done) => {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      // An address in the place of a name is never looked up.
      if (isIP(host) !== 0 && !isAllowed(host)) return done(refused('leads to a private network', host), null)
      return connector(options, done)
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 65_536,
  })
}
