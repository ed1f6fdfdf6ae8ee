import { AppError, invariant } from '../core/errors.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Reranker } from '../core/ports/reranker.ts'
import type { ModelSource } from './model-source.ts'
import type { OnnxLane } from './onnx-host.ts'

/** A `Reranker` whose pairs are scored in a lane, after the queries that wait there. Scores are logits. */
export class OnnxReranker implements Reranker {
  readonly name: string
  readonly fingerprint: string
  readonly #source: ModelSource
  readonly #lane: OnnxLane
  readonly #requestTexts: number

  constructor(source: ModelSource, fingerprint: string, lane: OnnxLane, requestTexts: number) {
    this.name = source.name
    this.fingerprint = fingerprint
    this.#source = source
    this.#lane = lane
    this.#requestTexts = requestTexts
  }

  async score(query: string, passages: readonly string[], limits: Limits): Promise<Float32Array> {
    const limit = this.#requestTexts
    if (passages.length > limit)
      throw new AppError('invalid_request', `${passages.length} passages at once are more than ${limit}`, {
        limit,
        setting: 'models.request_texts',
      })
    if (passages.length === 0) return new Float32Array(0)
    const { scores } = await this.#lane.run<'score'>({ kind: 'score', model: this.#source, query, passages }, false, limits)
    invariant(scores.length === passages.length && scores.every(Number.isFinite), `${this.name} gave a score that is not a number`)
    return scores
  }
}
