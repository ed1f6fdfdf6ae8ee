import { randomBytes } from 'node:crypto'

/** Crockford's base 32: digits sort before letters, and no letter looks like a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHARACTERS = 26
const RANDOM_BITS = 80n

/**
 * Makes ids of 26 characters that sort in the order in which they were made: 48 bits of milliseconds, then 80 random ones that grow by one
 * inside a millisecond (and after a clock that went back), as in the ULID specification.
 */
export function createOrderedIds(wall: () => number): () => string {
  let last = 0n
  return () => {
    const fresh = (BigInt(wall()) << RANDOM_BITS) | BigInt(`0x${randomBytes(10).toString('hex')}`)
    last = fresh >> RANDOM_BITS > last >> RANDOM_BITS ? fresh : last + 1n
    return encode(last)
  }
}

/** The 128 bits of such an id as a UUID, which keeps the order; what stands before the last 26 characters is a prefix. */
export function uuidOf(id: string): string {
  let bits = 0n
  for (const character of id.slice(-CHARACTERS)) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(character))
  const hex = bits.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The id whose bits a UUID holds. */
export const idOfUuid = (uuid: string): string => encode(BigInt(`0x${uuid.replaceAll('-', '')}`))

function encode(bits: bigint): string {
  let text = ''
  for (let rest = bits; text.length < CHARACTERS; rest >>= 5n) text = (ALPHABET[Number(rest & 31n)] ?? '') + text
  return text
}
