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
  const judged = (addresses: readonly LookupAddress[], name: string): readonly LookupAddress[] => {
    if (addresses.length === 0 || addresses.some(({ address }) => !isAllowed(address))) throw refused('leads to a private network', name)
    return addresses
  }
  const lookup: LookupFunction = (name, options, done) => {
    resolver(name, (error, addresses) => {
      try {
        if (error !== null) throw error
        const all = judged(addresses, name)
        const [first] = all
        if (options.all === true) done(null, [...all])
        else done(null, first?.address ?? '', first?.family)
      } catch (reason) {
        done(reason as Error, '')
      }
    })
  }
  const connector = buildConnector({ timeout: timeoutMs, lookup, autoSelectFamily: true })
  return new Agent({
    pipelining: 0,
    connect: (options, done) => {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      // An address in the place of a name is never looked up.
      if (isIP(host) !== 0 && !isAllowed(host)) done(refused('leads to a private network', host), null)
      else connector(options, done)
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 65_536,
  })
}
