import type { Collapsed } from '../core/fusion/collapse.ts'
import { invariant } from '../core/errors.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Chunk } from '../core/types.ts'
import type { RequestContext } from './context.ts'

/** A candidate whose text is at hand. */
export interface Candidate extends Collapsed {
  readonly text: Chunk
}

/** Text, spans, sentence bounds and token counts of the best candidates; everything after this stage works on these. */
export function createLoadStage(settings: { readonly retrieve: { readonly candidates: number } }) {
  return {
    name: 'load',
    run(
      input: { readonly fused: readonly Collapsed[]; readonly reader: IndexReader },
      context: RequestContext,
    ): Promise<readonly Candidate[]> {
      return context.trace.run('load', async () => {
        const best = input.fused.slice(0, settings.retrieve.candidates)
        const chunks =
          best.length === 0
            ? []
            : await input.reader.load(
                best.map((candidate) => candidate.row),
                context.limits,
              )
        const loaded = best.map((candidate, position) => {
          const text = chunks[position]
          invariant(text?.id === candidate.chunk, 'loaded rows stand in the order asked')
          return { ...candidate, text }
        })
        return [loaded, { in: input.fused.length, out: loaded.length }]
      })
    },
  }
}
