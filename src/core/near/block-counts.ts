/** When a block counts as boilerplate; units and reasons stand in src/config/sections/duplicates.ts. */
export interface BoilerplateSettings {
  readonly boilerplateDocuments: number
  readonly boilerplateShare: number
  readonly countedBlocks: number
  readonly countedSources: number
}

interface Source {
  documents: number
  readonly blocks: Map<string, number>
}

/**
 * In how many documents of a source each block stands. Bounded: of each source the frequent ones are kept (Misra and Gries 1982), so a count is never too high, and too
 * low by at most the blocks counted over `countedBlocks`: far below the share that is asked for. The sources that were counted last are kept.
 */
export class BlockCounts {
  readonly #settings: BoilerplateSettings
  readonly #sources = new Map<string, Source>()

  constructor(settings: BoilerplateSettings) {
    this.#settings = settings
  }

  /** One more document of this source, with these blocks. */
  count(source: string, blocks: Iterable<string>): void {
    const counted = this.#sources.get(source) ?? { documents: 0, blocks: new Map<string, number>() }
    this.#sources.delete(source)
    this.#sources.set(source, counted)
    counted.documents += 1
    for (const block of new Set(blocks)) this.#add(counted.blocks, block)
    for (const oldest of this.#sources.keys()) {
      if (this.#sources.size <= this.#settings.countedSources) break
      this.#sources.delete(oldest)
    }
  }

  isBoilerplate(source: string, block: string): boolean {
    const counted = this.#sources.get(source)
    if (counted === undefined) return false
    const documents = counted.blocks.get(block) ?? 0
    return documents >= this.#settings.boilerplateDocuments && documents >= this.#settings.boilerplateShare * counted.documents
  }

  #add(blocks: Map<string, number>, block: string): void {
    const known = blocks.get(block)
    if (known !== undefined || blocks.size < this.#settings.countedBlocks) {
      blocks.set(block, (known ?? 0) + 1)
      return
    }
    for (const [each, count] of blocks) {
      if (count > 1) blocks.set(each, count - 1)
      else blocks.delete(each)
    }
  }
}
