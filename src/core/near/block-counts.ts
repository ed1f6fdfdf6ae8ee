import { stableHash } from '../text/normalise.ts'

/** When a block counts as boilerplate; units and reasons stand in src/config/sections/duplicates.ts. */
export interface BoilerplateSettings {
  readonly boilerplateDocuments: number
  readonly boilerplateShare: number
  readonly countedBlocks: number
}

interface Source {
  documents: number
  readonly blocks: Map<string, number>
}

/** What a source takes beside its blocks, in blocks. */
const SOURCE_BLOCKS = 8
/** Of all blocks, what one source may take: it does not drive out all others. */
const SOURCE_SHARE = 1 / 32
/** Documents that are known to be counted: those of the batches that a load, or an attempt of a job, prepares again. */
const RECENT_DOCUMENTS = 4096

/** Of a hash, 48 bits. V8 keeps 13 characters and more as a window on the whole hash, which takes twice the memory (141 bytes for 61). */
const shortened = (hash: string): string => hash.slice(0, 12)

/**
 * In how many documents of a source each block stands. `countedBlocks` bounds it as a whole: beyond it the source that was counted longest ago goes. Of each source the frequent
 * blocks are kept (Misra and Gries 1982), so a count is never too high, and too low by at most the blocks counted over those kept: far below the share that is asked for.
 */
export class BlockCounts {
  readonly #settings: BoilerplateSettings
  readonly #sources = new Map<string, Source>()
  readonly #recent = new Set<string>()
  #size = 0

  constructor(settings: BoilerplateSettings) {
    this.#settings = settings
  }

  /** Blocks that are counted, and sources at what they take. */
  get size(): number {
    return this.#size
  }

  /** A document of this source with the hashes of its blocks; one that was counted a short while ago is no further document. */
  count(source: string, document: string, blocks: Iterable<string>): void {
    if (this.#isRecent(shortened(stableHash(source, document)))) return
    const counted = this.#sources.get(source) ?? { documents: 0, blocks: new Map<string, number>() }
    this.#drop(source)
    counted.documents += 1
    for (const block of new Set(blocks)) this.#add(counted.blocks, shortened(block))
    this.#sources.set(source, counted)
    this.#size += SOURCE_BLOCKS + counted.blocks.size
    for (const oldest of this.#sources.keys()) {
      if (this.#size <= this.#settings.countedBlocks) break
      this.#drop(oldest)
    }
  }

  isBoilerplate(source: string, block: string): boolean {
    const counted = this.#sources.get(source)
    if (counted === undefined) return false
    const documents = counted.blocks.get(shortened(block)) ?? 0
    return documents >= this.#settings.boilerplateDocuments && documents >= this.#settings.boilerplateShare * counted.documents
  }

  #isRecent(document: string): boolean {
    if (this.#recent.has(document)) return true
    this.#recent.add(document)
    for (const oldest of this.#recent) {
      if (this.#recent.size <= RECENT_DOCUMENTS) break
      this.#recent.delete(oldest)
    }
    return false
  }

  #drop(source: string): void {
    const counted = this.#sources.get(source)
    if (counted === undefined) return
    this.#sources.delete(source)
    this.#size -= SOURCE_BLOCKS + counted.blocks.size
  }

  #add(blocks: Map<string, number>, block: string): void {
    const known = blocks.get(block)
    if (known !== undefined || blocks.size < SOURCE_SHARE * this.#settings.countedBlocks) {
      blocks.set(block, (known ?? 0) + 1)
      return
    }
    for (const [each, count] of blocks) {
      if (count > 1) blocks.set(each, count - 1)
      else blocks.delete(each)
    }
  }
}
