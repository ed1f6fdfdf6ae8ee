import { hash } from 'node:crypto'
import type { DocumentId } from '../src/core/ids.ts'

/**
 * Hash over the documents of a revision: the sum of one SHA-256 per document, modulo 2^256. A sum forgets the order and can be
 * kept up to date by adding what comes and subtracting what goes (Bellare and Micciancio 1997, AdHash).
 */
export const EMPTY_CONTENT = '0'.repeat(64)
const MODULUS = 1n << 256n

export interface ContentEntry {
  readonly id: DocumentId
  readonly contentHash: string
}

function entryHash({ id, contentHash }: ContentEntry): bigint {
  return BigInt(`0x${hash('sha256', `${id}\0${contentHash}`, 'hex')}`)
}

export function updateContent(content: string, gone: Iterable<ContentEntry>, come: Iterable<ContentEntry>): string {
  let sum = BigInt(`0x${content}`)
  for (const entry of come) sum += entryHash(entry)
  for (const entry of gone) sum -= entryHash(entry)
  return (((sum % MODULUS) + MODULUS) % MODULUS).toString(16).padStart(64, '0')
}
