import type { TokenCounter } from '../core/ports/token-counter.ts'
import { renderContext, type Template } from '../core/render/template.ts'
import type { RequestContext } from './context.ts'
import { passageOf } from './passage.ts'
import type { PricedCandidate } from './price.ts'

export interface Rendered {
  readonly context: string
  /** Counted on the finished string: the number that the budget is held to. */
  readonly tokens: number
}

/** The string, counted once. */
export function createRenderStage() {
  return {
    name: 'render',
    run(
      input: { readonly packed: readonly PricedCandidate[]; readonly template: Template; readonly counter: TokenCounter },
      context: RequestContext,
    ): Rendered {
      return context.trace.runSync('render', () => {
        const passages = input.packed.map((candidate, position) => passageOf(candidate.text, position + 1))
        const rendered = renderContext(input.template, passages)
        return [
          { context: rendered, tokens: input.counter.count(rendered) },
          { in: passages.length, out: passages.length },
        ]
      })
    },
  }
}
