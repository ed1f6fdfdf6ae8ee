import ipaddr from 'ipaddr.js'

/** Answers to every virtual machine of Azure with what only that machine should know, at a public address. */
const METADATA = new Set(['168.63.129.16'])
/** All that is assigned for the internet today (IANA, IPv6 Global Unicast Address Assignments). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]

/**
 * Whether an IP address belongs to the public internet: not to this machine, a private, link-local or shared network, a multicast group, a range kept for
 * other use, or a cloud's metadata. IPv4 inside IPv6 (mapped, or NAT64) is judged as IPv4; 6to4 and Teredo, which hide it, are not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && !METADATA.has(parsed.toString())
  if (parsed.zoneId !== undefined) return false
  const range = parsed.range()
  if (range === 'ipv4Mapped') return isPublicAddress(parsed.toIPv4Address().toString())
  if (range === 'rfc6052') return isNat64(parsed) && isPublicAddress(parsed.toByteArray().slice(12).join('.'))
  return range === 'unicast' && parsed.match(GLOBAL_UNICAST)
}

/** The well-known prefix of RFC 6052; where IPv4 stands in a local one (RFC 8215) only its network knows. */
function isNat64(address: ipaddr.IPv6): boolean {
  return address.match(ipaddr.IPv6.parse('64:ff9b::'), 96)
}
