import { AppError, invariant } from '../core/errors.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Embedder, Embedding } from '../core/ports/embedder.ts'
import type { ModelSource } from './model-source.ts'
import type { OnnxLane } from './onnx-host.ts'

export interface EmbedderIdentity {
  readonly source: ModelSource
  readonly fingerprint: string
  readonly space: string
  readonly dimensions: number
  readonly queryPrefix: string
  readonly passagePrefix: string
}

/**
 * An `Embedder` whose work is done in a lane. Queries go before passages there. Texts are counted with the passage prefix in
 * front, since it takes room in what the model reads.
 */
export class OnnxEmbedder implements Embedder {
  readonly name: string
  readonly fingerprint: string
  readonly space: string
  readonly dimensions: number
  readonly maxTokens: number
  readonly #identity: EmbedderIdentity
  readonly #lane: OnnxLane
  readonly #requestTexts: number

  constructor(identity: EmbedderIdentity, lane: OnnxLane, requestTexts: number) {
    this.name = identity.source.name
    this.fingerprint = identity.fingerprint
    this.space = identity.space
    this.dimensions = identity.dimensions
    this.maxTokens = identity.source.maxTokens
    this.#identity = identity
    this.#lane = lane
    this.#requestTexts = requestTexts
  }

  async embed(texts: readonly string[], kind: 'query' | 'passage', limits: Limits): Promise<Embedding> {
    this.#checkSize(texts)
    if (texts.length === 0) return { vectors: [], tokens: 0, cut: 0 }
    const prefix = kind === 'query' ? this.#identity.queryPrefix : this.#identity.passagePrefix
    const job = { kind: 'embed', model: this.#identity.source, texts: prefixed(prefix, texts) } as const
    const { vectors, dimensions, tokens, cut } = await this.#lane.run<'embed'>(job, kind === 'query', limits)
    invariant(dimensions === this.dimensions, `${this.name} gave ${dimensions} numbers instead of ${this.dimensions}`)
    return { vectors: texts.map((_, i) => vectors.subarray(i * dimensions, (i + 1) * dimensions)), tokens, cut }
  }

  async countTokens(texts: readonly string[], limits: Limits): Promise<readonly number[]> {
    this.#checkSize(texts)
    if (texts.length === 0) return []
    const job = { kind: 'count', model: this.#identity.source, texts: prefixed(this.#identity.passagePrefix, texts) } as const
    // A count is short and somebody's chunking waits for it, while a batch of passages is long.
    const { counts } = await this.#lane.run<'count'>(job, true, limits)
    return Array.from(counts)
  }

  #checkSize(texts: readonly string[]): void {
    const limit = this.#requestTexts
    if (texts.length > limit)
      throw new AppError('invalid_request', `${texts.length} texts at once are more than ${limit}`, {
        limit,
        setting: 'models.request_texts',
      })
  }
}

const prefixed = (prefix: string, texts: readonly string[]): readonly string[] =>
  prefix === '' ? texts : texts.map((text) => prefix + text)
