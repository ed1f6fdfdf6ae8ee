import { hash } from 'node:crypto'
import { AppError } from '../../src/core/errors.ts'

/** 8 bytes each. */
const SEEN_IDS = 50_000_000

/**
 * Remembers ids in 8 bytes each, whatever their length. Of an id that was not added it may say that it was (1 in 280 million, among a million), never
 * the other way round: whoever removes what was not seen keeps one too many at worst.
 */
export interface SeenIds {
  add(id: string): void
  has(id: string): boolean
}

export function createSeenIds(limit = SEEN_IDS): SeenIds {
  let keys = new Float64Array(1024)
  let count = 0
  let isSorted = true
  return {
    add(id) {
      if (count === limit)
        throw new AppError('invalid_request', `More than ${limit} documents cannot be pruned at once: name fewer folders`)
      if (count === keys.length) {
        const larger = new Float64Array(keys.length * 2)
        larger.set(keys)
        keys = larger
      }
      keys[count++] = keyOf(id)
      isSorted = false
    },
    has(id) {
      if (!isSorted) keys.subarray(0, count).sort()
      isSorted = true
      const key = keyOf(id)
      let [low, high] = [0, count]
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((keys[middle] ?? 0) < key) low = middle + 1
        else high = middle
      }
      return low < count && keys[low] === key
    },
  }
}

/** 48 bits of SHA-256. */
const keyOf = (id: string): number => hash('sha256', id, 'buffer').readUIntBE(0, 6)
