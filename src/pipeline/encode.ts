import { AppError } from '../core/errors.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import { withReserve, type RequestContext } from './context.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

export interface Encoded {
  /** Null where no vector leg is planned or the encoder gave none. */
  readonly vector: Float32Array | null
  readonly tokens: number
}

const NO_VECTOR: Encoded = { vector: null, tokens: 0 }

/** The query vector. Without it the lexical leg answers alone, and the answer says so. */
export function createEncodeStage(settings: PipelineSettings) {
  return {
    name: 'encode',
    async run(
      input: { readonly derived: DerivedQuery; readonly plan: Plan; readonly profile: Profile; readonly reader: IndexReader },
      context: RequestContext,
    ): Promise<Encoded> {
      const { derived, plan, profile, reader } = input
      if (!plan.retrieves || plan.vectorDepth === 0) {
        context.trace.notPlanned('encode')
        return NO_VECTOR
      }
      assertSameSpace(profile, reader)
      return context.trace.run('encode', async () => {
        try {
          const limits = withReserve(context, settings.retrieve.reserveMs)
          const { vectors, tokens } = await profile.queries.embed([derived.vector], 'query', limits)
          const isSubstitute = profile.queries.fingerprint !== reader.embedder.fingerprint
          const status = isSubstitute ? ({ status: 'degraded', reason: 'other_embedder_of_the_space' } as const) : {}
          return [
            { vector: vectors[0] ?? null, tokens },
            { in: 1, out: vectors.length, ...status },
          ]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [NO_VECTOR, { in: 1, out: 0, ...failure(error) }]
        }
      })
    },
  }
}

/** Vectors of different spaces have nothing to say to each other: refuse rather than rank by noise. */
function assertSameSpace(profile: Profile, reader: IndexReader): void {
  if (profile.queries.space === reader.embedder.space && profile.queries.dimensions === reader.embedder.dimensions) return
  throw new AppError(
    'fingerprint_mismatch',
    `Index "${reader.declaration.name}" holds vectors of ${reader.embedder.fingerprint}, profile "${profile.name}" now makes those of ` +
      `${profile.queries.fingerprint}: restore that model in the configuration, or create another index and ingest the documents again.`,
    { index: reader.embedder.fingerprint, profile: profile.queries.fingerprint },
  )
}
