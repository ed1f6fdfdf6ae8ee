import { AppError } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexedDocument } from '../src/core/types.ts'
import type { OpenVersion } from './open-version.ts'
import type { WriteFence } from './write-fence.ts'

/**
 * Writes to whatever version is current. Deletions follow a publication; prepared documents cannot, since their vectors are those of
 * the version they were prepared for: they reject `version_moved`, and whoever prepared them prepares them again.
 */
export class LiveWriter implements IndexWriter {
  readonly declaration
  readonly #prepared: OpenVersion
  readonly #live: () => OpenVersion
  readonly #fence: WriteFence

  constructor(live: () => OpenVersion, fence: WriteFence) {
    this.#prepared = live()
    this.#live = live
    this.#fence = fence
    this.declaration = this.#prepared.declaration
  }

  async replaceDocuments(batch: readonly IndexedDocument[], embedder: string, limits: Limits) {
    return await this.#fence.write(limits, async () => {
      const live = this.#live()
      if (live === this.#prepared) return await live.writer.replaceDocuments(batch, embedder, limits)
      const versions = { prepared_for: this.#prepared.version, current: live.version }
      throw new AppError('version_moved', 'Another version became current since these documents were prepared', versions)
    })
  }

  async deleteDocuments(ids: readonly DocumentId[], limits: Limits) {
    return await this.#fence.write(limits, async () => await this.#live().writer.deleteDocuments(ids, limits))
  }

  async contentHashes(ids: readonly DocumentId[], limits: Limits) {
    return await this.#live().writer.contentHashes(ids, limits)
  }

  async boilerplateAmong(blocks: ReadonlySet<string>, limits: Limits) {
    return await this.#live().writer.boilerplateAmong(blocks, limits)
  }

  async optimize(limits: Limits) {
    return await this.#live().writer.optimize(limits)
  }
}
