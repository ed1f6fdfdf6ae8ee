import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET = /^rk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/

/** A new id and its secret, `rk_<id>_<256 random bits>`: the id finds the row, the prefix lets scanners find leaks. */
export function newSecret(): { readonly id: string; readonly secret: string } {
  const id = randomBytes(8).toString('hex')
  return { id, secret: `rk_${id}_${randomBytes(32).toString('base64url')}` }
}

/** The id inside a well-formed secret, null for anything else. */
export function idOf(secret: string): string | null {
  return SECRET.exec(secret)?.[1] ?? null
}

/**
 * SHA-256, once and without salt: slow hashes protect secrets that can be guessed, and 256 random bits cannot; a slow one would
 * only be a way to keep the service busy.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Takes as long wherever the first difference is. Both are hashes and thus equally long. */
export function sameHash(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'))
}
