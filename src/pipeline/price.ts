import type { Priced } from '../core/packing/pack.ts'
import { documentTokens, itemTokens } from '../core/packing/price.ts'
import { wordSet } from '../core/packing/similarity.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Template } from '../core/render/template.ts'
import type { RequestContext } from './context.ts'
import { headingOf } from './passage.ts'
import type { Valued } from './value.ts'

export interface PricedCandidate extends Valued, Omit<Priced, 'chunk' | 'doc' | 'value'> {}

/** Stands in for the citation number of a piece that has none yet; no shorter in tokens than any number that it can get. */
const WIDEST_CITATION = 100

/** What each candidate would cost as rendered. */
export function createPriceStage() {
  return {
    name: 'price',
    run(
      input: { readonly valued: readonly Valued[]; readonly template: Template; readonly counter: TokenCounter },
      context: RequestContext,
    ): readonly PricedCandidate[] {
      const { valued, template, counter } = input
      return context.trace.runSync('price', () => {
        const priced = valued.map((candidate) => ({
          ...candidate,
          span: candidate.text.span,
          words: wordSet(candidate.text.text),
          tokens:
            documentTokens(template, candidate.text.title, counter) +
            itemTokens(
              template,
              { citation: WIDEST_CITATION, heading: headingOf(candidate.text), excerpt: false },
              candidate.text,
              counter,
            ),
        }))
        return [priced, { in: valued.length, out: priced.length }]
      })
    },
  }
}
