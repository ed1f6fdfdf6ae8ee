import { randomBytes } from 'node:crypto'
import type { RequestId } from '../core/ids.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10
const RANDOM_CHARACTERS = 16

/** `req_` and a ULID: 10 characters of time and 16 of chance in Crockford's base 32, so that ids sort by arrival. */
export function newRequestId(wallMs: number): RequestId {
  let time = ''
  for (let rest = Math.floor(wallMs), i = 0; i < TIME_CHARACTERS; i += 1, rest = Math.floor(rest / 32))
    time = ALPHABET.charAt(rest % 32) + time
  const random = Array.from(randomBytes(RANDOM_CHARACTERS), (byte) => ALPHABET.charAt(byte % 32)).join('')
  return `req_${time}${random}` as RequestId
}
