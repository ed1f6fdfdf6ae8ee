import type { Table } from '@lancedb/lancedb'
import { setImmediate } from 'node:timers/promises'
import { signatureOf } from '../src/core/near/min-hash.ts'
import { NearIndex, type Suspect } from '../src/core/near/near-index.ts'
import { jaccard, shinglesOf } from '../src/core/near/shingles.ts'
import { exchangedWords, statementOf } from '../src/core/near/statement.ts'
import { stableHash } from '../src/core/text/normalise.ts'
import type { Chunk, NearGroup } from '../src/core/types.ts'
import { cells } from './cells.ts'
import { chunkOf } from './chunk-rows.ts'
import { CONTENT, allOf, oneOf } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { NEAR_FOUNDER, NEAR_GROUP, NEAR_SIGNATURE, RECORD } from './schema.ts'
import type { DuplicateSettings, IndexLog } from './settings.ts'

/** A chunk with its group and the signature of its text. */
export interface Grouped {
  readonly chunk: Chunk
  /** Null where near-duplicates are not compared. */
  readonly signature: Uint8Array | null
  /** Its very text stood in the index, or in front of it in the batch. */
  readonly isKnown: boolean
}

/** A text as two of them are compared. */
interface Read {
  readonly text: string
  readonly shingles: Uint32Array
}

/** A text that another one is nearly the same as. */
interface Match {
  readonly suspect: Suspect
  readonly other: Read
  readonly similarity: number
  readonly exchanged: readonly string[]
}

/** Texts with fewer shingles (10 words) are the same only where they are equal. */
const LEAST_SHINGLES = 8
/** Chunks that are read before other work of the process has its turn: about a millisecond. */
const CHUNKS_A_TURN = 32
/** Texts of suspects that are remembered from one batch to the next, about 2 kB each. */
const REMEMBERED = 1024
/** Texts that one query reads. */
const TEXTS_A_QUERY = 100

/**
 * Gives every chunk of content that is written its group of near-duplicates. A chunk joins the group of the most similar founder whose text, compared word by word and not by its
 * signature alone, has the Jaccard similarity wanted; else it founds one.
 * What the index holds is kept in memory (`NearIndex`), read from the signature column when the first write comes and after a write that failed.
 */
export class NearGroups {
  readonly #settings: DuplicateSettings
  readonly #log: IndexLog
  readonly #index: NearIndex
  readonly #remembered = new Map<string, Read>()
  #isFull = false

  private constructor(settings: DuplicateSettings, log: IndexLog) {
    this.#settings = settings
    this.#log = log
    this.#index = new NearIndex(settings.maxTexts)
  }

  /** What `chunks` holds, streamed: a million rows take about two seconds. */
  static async open(chunks: Table, settings: DuplicateSettings, log: IndexLog): Promise<NearGroups> {
    const groups = new NearGroups(settings, log)
    if (settings.maxTexts === 0) return groups
    for await (const batch of chunks.query().select(['text_hash', NEAR_FOUNDER, NEAR_GROUP, NEAR_SIGNATURE])) {
      const [hashes, founders, shared, signatures] = ['text_hash', NEAR_FOUNDER, NEAR_GROUP, NEAR_SIGNATURE].map((name) =>
        cells(batch, name),
      )
      for (const [at, signature] of (signatures ?? []).entries()) {
        const [founder, group] = [founders?.[at] ?? null, shared?.[at] ?? null]
        const joined = founder === null || group === null ? null : ({ founder, group } as NearGroup)
        if (signature !== null) groups.#add(hashes?.[at] as string, signature as Uint8Array, joined)
      }
    }
    return groups
  }

  /** Takes one row of each of these texts out. */
  remove(textHashes: readonly string[]): void {
    for (const textHash of textHashes) this.#index.remove(textHash)
  }

  /** The chunks with their groups, in order; `table` is where the texts of suspects are read. */
  async assign(chunks: readonly Chunk[], table: Table): Promise<readonly Grouped[]> {
    if (this.#settings.maxTexts === 0) return chunks.map((chunk) => ({ chunk, signature: null, isKnown: false }))
    const own = new Map<string, Read>()
    const signatures: (Uint8Array | null)[] = []
    const wanted = new Set<string>()
    for (const [at, { text, textHash, boilerplate }] of chunks.entries()) {
      if (at % CHUNKS_A_TURN === 0) await setImmediate()
      if (boilerplate === true) {
        signatures.push(null)
        continue
      }
      const read = own.get(textHash) ?? { text, shingles: shinglesOf(text) }
      own.set(textHash, read)
      const signature = signatureOf(read.shingles)
      signatures.push(signature)
      if (this.#index.has(textHash) || read.shingles.length < LEAST_SHINGLES) continue
      for (const suspect of this.#index.suspects(signature)) wanted.add(suspect.textHash)
    }
    const known = await this.#texts(wanted, table)
    const grouped: Grouped[] = []
    for (const [at, chunk] of chunks.entries()) {
      if (at % CHUNKS_A_TURN === 0) await setImmediate()
      const signature = signatures[at] ?? null
      if (signature === null) {
        grouped.push({ chunk, signature, isKnown: false })
        continue
      }
      const isKnown = this.#index.has(chunk.textHash)
      const joined = isKnown ? this.#index.joined(chunk.textHash) : this.#join(chunk, signature, own, known)
      this.#add(chunk.textHash, signature, joined)
      grouped.push({ chunk: joined === null ? chunk : { ...chunk, near: joined }, signature, isKnown })
    }
    this.#remember(known)
    return grouped
  }

  /** The group of another text that a new text joins; null where it founds its own. */
  #join(chunk: Chunk, signature: Uint8Array, own: ReadonlyMap<string, Read>, known: ReadonlyMap<string, Read>): NearGroup | null {
    const read = own.get(chunk.textHash)
    if (read === undefined || read.shingles.length < LEAST_SHINGLES) return null
    let best: Match | null = null
    for (const suspect of this.#index.suspects(signature)) {
      // What stands in the table comes first: the batch may hold the same text in capitals, and so with other names.
      const other = known.get(suspect.textHash) ?? own.get(suspect.textHash)
      if (other === undefined) continue
      const similarity = jaccard(read.shingles, other.shingles)
      if (similarity < this.#settings.jaccard || (best !== null && similarity <= best.similarity)) continue
      const exchanged = exchangedWords(read.text, other.text)
      // What a member was compared with is gone: nobody can say any more which words of the founder were exchanged.
      if (suspect.group !== null && exchanged.length > 0) continue
      best = { suspect, other, similarity, exchanged }
    }
    return best === null ? null : groupOf(read.text, best)
  }

  #add(textHash: string, signature: Uint8Array, joined: NearGroup | null): void {
    if (this.#index.add(textHash, signature, joined) || this.#isFull) return
    this.#isFull = true
    this.#log.warn('near_duplicates_not_compared', { setting: 'duplicates.max_texts', limit: this.#settings.maxTexts })
  }

  /** The texts behind these hashes. */
  async #texts(wanted: ReadonlySet<string>, table: Table): Promise<ReadonlyMap<string, Read>> {
    const known = new Map([...wanted].flatMap((hash) => entry(hash, this.#remembered.get(hash))))
    const missing = [...wanted].filter((hash) => !known.has(hash))
    for (let from = 0; from < missing.length; from += TEXTS_A_QUERY) {
      const piece = missing.slice(from, from + TEXTS_A_QUERY)
      await readTexts(piece, piece.length * 4, table, known)
      // Texts that stand in many documents may have filled the answer.
      for (const hash of piece.filter((each) => !known.has(each))) await readTexts([hash], 1, table, known)
    }
    return known
  }

  #remember(known: ReadonlyMap<string, Read>): void {
    for (const [hash, read] of known) {
      this.#remembered.delete(hash)
      this.#remembered.set(hash, read)
    }
    for (const hash of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED) break
      this.#remembered.delete(hash)
    }
  }
}

function entry(hash: string, read: Read | undefined): [string, Read][] {
  return read === undefined ? [] : [[hash, read]]
}

/** Who states what the other text states is of its group; any other statement makes a group of its own beside it. */
function groupOf(text: string, { suspect: { textHash, group }, other, exchanged }: Match): NearGroup {
  const founder = group?.founder ?? textHash
  const statement = statementOf(text)
  if (exchanged.length === 0 && statement === statementOf(other.text)) return group ?? { founder, group: founder }
  return { founder, group: stableHash(founder, statement, ...exchanged) }
}

async function readTexts(hashes: readonly string[], limit: number, table: Table, into: Map<string, Read>): Promise<void> {
  const found = await table
    .query()
    .where(allOf([oneOf('text_hash', hashes), CONTENT]) ?? '')
    .select([RECORD, SEARCHABLE])
    .limit(limit)
    .toArrow()
  const texts = cells(found, SEARCHABLE) as readonly string[]
  for (const [at, record] of (cells(found, RECORD) as readonly string[]).entries()) {
    const { textHash, text } = chunkOf(record, texts[at] ?? '')
    if (!into.has(textHash)) into.set(textHash, { text, shingles: shinglesOf(text) })
  }
}
