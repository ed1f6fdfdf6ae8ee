import { invariant } from '../errors.ts'
import type { NearGroup } from '../types.ts'
import { BANDS, ROWS, SIGNATURE_BYTES, estimate } from './min-hash.ts'
import { mixed } from './mixed.ts'

/** A text that stands in the index and may be nearly the same as the one that was asked about. */
export interface Suspect {
  readonly textHash: string
  /** The group that it has joined; null for a founder. */
  readonly group: NearGroup | null
  readonly estimate: number
}

/** One chain for each band, and one for exact texts. */
const CHAINS = BANDS + 1
/** Links of one chain that are followed, the newest first: in a family of thousands of similar texts the rest is not looked at. */
const FOLLOWED = 64
/** Suspects beyond the most similar ones are not compared. */
const SUSPECTS = 4
/** An estimate that a text of similarity .8 stays below once in 1,000 times: .8 less 3 standard deviations of 36 rows. */
const LEAST_ESTIMATE = 0.6
const NONE = -1
/** So many forgotten texts stay linked: a share of the places, and some more, or a small index would be linked anew all the time. */
const DEAD_SHARE = 0.25
const LEAST_DEAD = 16
const HASH_WORDS = 3

/**
 * The distinct texts of an index by the bands of their signatures: which may be nearly the same as another (locality-sensitive hashing). Pure bookkeeping in typed
 * arrays, 108 bytes a text where they are full and up to twice that after they grew: 36 of signature, 12 of text hash, 4 of count, 40 of links and 16 of the table they begin in.
 *
 *     heads: bucket ──> newest node ──next──> older node ──next──> …      node = text · CHAINS + chain
 *
 * A text is counted once for each row that holds it, and forgotten with the last; its links go later, with those of many others, since finding them means following
 * chains that are as long as a family of similar texts is large. Only founders are suspects, and members whose founder is gone: so a group does not
 * grow by chains of neighbours while its founder stands.
 */
export class NearIndex {
  readonly #limit: number
  #capacity = 0
  #used = 0
  #texts = 0
  /** Texts that are forgotten and still linked. */
  #dead = 0
  #hashes = new Uint32Array(0)
  #rows = new Uint32Array(0)
  #signatures = new Uint8Array(0)
  #next = new Int32Array(0)
  #heads = new Int32Array(0)
  readonly #free: number[] = []
  /** Groups of the texts that founded none of their own; 130 bytes each beside the arrays. */
  readonly #joined = new Map<number, NearGroup>()

  /** Texts beyond `limit` are not taken in. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Distinct texts that are known. */
  get size(): number {
    return this.#texts
  }

  get bytes(): number {
    return this.#hashes.byteLength + this.#rows.byteLength + this.#signatures.byteLength + this.#next.byteLength + this.#heads.byteLength
  }

  has(textHash: string): boolean {
    return this.#find(wordsOf(textHash)) !== NONE
  }

  /** The group of another text that this very text has joined. */
  joined(textHash: string): NearGroup | null {
    return this.#joined.get(this.#find(wordsOf(textHash))) ?? null
  }

  /** One more row holds this text; `joined` is the group of another text that it is in. False where it is new and there is no room. */
  add(textHash: string, signature: Uint8Array, joined: NearGroup | null): boolean {
    const words = wordsOf(textHash)
    const known = this.#find(words)
    if (known !== NONE) {
      this.#rows[known] = (this.#rows[known] ?? 0) + 1
      return true
    }
    if (this.#texts >= this.#limit) return false
    if (this.#free.length === 0 && this.#used === this.#capacity) this.#grow()
    const text = this.#free.pop() ?? this.#used++
    this.#hashes.set(words, text * HASH_WORDS)
    this.#rows[text] = 1
    this.#signatures.set(signature, text * SIGNATURE_BYTES)
    if (joined !== null) this.#joined.set(text, joined)
    this.#texts += 1
    this.#link(text)
    return true
  }

  /** One row less holds this text; nothing happens where it is not known. */
  remove(textHash: string): void {
    const text = this.#find(wordsOf(textHash))
    if (text === NONE) return
    const rows = (this.#rows[text] ?? 0) - 1
    this.#rows[text] = rows
    if (rows > 0) return
    this.#joined.delete(text)
    this.#texts -= 1
    this.#dead += 1
    if (this.#dead > DEAD_SHARE * this.#used + LEAST_DEAD) this.#relink()
  }

  /** What may be nearly the same, most similar first, ties by text hash. */
  suspects(signature: Uint8Array): readonly Suspect[] {
    const seen = new Set<number>()
    for (let band = 0; band < BANDS; band++) {
      const bucket = this.#bucket(band, bandKey(signature, band * ROWS))
      let [before, node] = [NONE, this.#heads[bucket] ?? NONE]
      for (let followed = 0; node !== NONE && followed < FOLLOWED;) {
        const text = Math.floor(node / CHAINS)
        const behind = this.#next[node] ?? NONE
        if (this.#isDead(text)) {
          // Whoever comes by takes it out: the next one does not follow it again.
          if (before === NONE) this.#heads[bucket] = behind
          else this.#next[before] = behind
        } else {
          followed += 1
          before = node
          if (node % CHAINS === band && this.#sharesBand(text, band, signature)) seen.add(text)
        }
        node = behind
      }
    }
    const found: Suspect[] = []
    for (const text of seen) {
      const similarity = estimate(signature, this.#signature(text))
      if (similarity < LEAST_ESTIMATE) continue
      const textHash = this.#hash(text)
      const group = this.#joined.get(text) ?? null
      if (group === null || !this.has(group.founder)) found.push({ textHash, group, estimate: similarity })
    }
    found.sort((a, b) => b.estimate - a.estimate || (a.textHash < b.textHash ? -1 : 1))
    return found.slice(0, SUSPECTS)
  }

  #signature(text: number): Uint8Array {
    return this.#signatures.subarray(text * SIGNATURE_BYTES, (text + 1) * SIGNATURE_BYTES)
  }

  #hash(text: number): string {
    const words = this.#hashes.subarray(text * HASH_WORDS, (text + 1) * HASH_WORDS)
    return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')
  }

  #sharesBand(text: number, band: number, signature: Uint8Array): boolean {
    const from = band * ROWS
    for (let row = from; row < from + ROWS; row++) if (this.#signatures[text * SIGNATURE_BYTES + row] !== signature[row]) return false
    return true
  }

  #find(words: Uint32Array): number {
    let node = this.#heads[this.#bucket(BANDS, words[0] ?? 0)] ?? NONE
    while (node !== NONE) {
      const text = Math.floor(node / CHAINS)
      const at = text * HASH_WORDS
      const isSame = this.#hashes[at] === words[0] && this.#hashes[at + 1] === words[1] && this.#hashes[at + 2] === words[2]
      if (isSame && node % CHAINS === BANDS && !this.#isDead(text)) return text
      node = this.#next[node] ?? NONE
    }
    return NONE
  }

  #bucket(chain: number, key: number): number {
    return mixed(key ^ Math.imul(chain + 1, 0x9e3779b1)) & (this.#heads.length - 1)
  }

  #bucketOf(text: number, chain: number): number {
    const key = chain === BANDS ? (this.#hashes[text * HASH_WORDS] ?? 0) : bandKey(this.#signatures, text * SIGNATURE_BYTES + chain * ROWS)
    return this.#bucket(chain, key)
  }

  #link(text: number): void {
    for (let chain = 0; chain < CHAINS; chain++) {
      const bucket = this.#bucketOf(text, chain)
      const node = text * CHAINS + chain
      this.#next[node] = this.#heads[bucket] ?? NONE
      this.#heads[bucket] = node
    }
  }

  #isDead(text: number): boolean {
    return this.#rows[text] === 0
  }

  /** Twice the room. */
  #grow(): void {
    this.#capacity = Math.max(1024, this.#capacity * 2)
    this.#hashes = grown(this.#hashes, this.#capacity * HASH_WORDS)
    this.#rows = grown(this.#rows, this.#capacity)
    this.#signatures = grown(this.#signatures, this.#capacity * SIGNATURE_BYTES)
    this.#next = new Int32Array(this.#capacity * CHAINS)
    this.#heads = new Int32Array(this.#capacity * 4)
    this.#relink()
  }

  /** Every text is linked anew, oldest first; the places of the forgotten ones are free. */
  #relink(): void {
    this.#next.fill(NONE)
    this.#heads.fill(NONE)
    this.#free.length = 0
    this.#dead = 0
    for (let text = 0; text < this.#used; text++) {
      if (this.#isDead(text)) this.#free.push(text)
      else this.#link(text)
    }
  }
}

function grown<Array extends Uint32Array | Uint8Array>(before: Array, length: number): Array {
  const after = new (before.constructor as new (length: number) => Array)(length)
  after.set(before)
  return after
}

function bandKey(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

/** The 24 hex digits of a text hash as three numbers. */
function wordsOf(textHash: string): Uint32Array {
  invariant(textHash.length === HASH_WORDS * 8, 'a text hash has 24 hex digits')
  return Uint32Array.from({ length: HASH_WORDS }, (_, at) => Number.parseInt(textHash.slice(at * 8, at * 8 + 8), 16))
}
