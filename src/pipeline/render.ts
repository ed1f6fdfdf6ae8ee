import type { TokenCounter } from '../core/ports/token-counter.ts'
import { renderContext, type RenderedDocument, type Template } from '../core/render/template.ts'
import type { RequestContext } from './context.ts'
import { headingOf } from './passage.ts'
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
        const documents = input.packed.map(({ text }, position): RenderedDocument => ({
          title: text.title,
          items: [{ citation: position + 1, heading: headingOf(text), excerpt: false, text: text.text }],
        }))
        const rendered = renderContext(input.template, { documents, notice: null })
        return [
          { context: rendered, tokens: input.counter.count(rendered) },
          { in: documents.length, out: documents.length },
        ]
      })
    },
  }
}
