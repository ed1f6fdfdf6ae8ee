import type { TokenCounter } from '../core/ports/token-counter.ts'
import { renderContext, type RenderedDocument, type Template } from '../core/render/template.ts'
import type { RequestContext } from './context.ts'
import type { LaidDocument } from './lay-out.ts'

export interface Rendered {
  readonly context: string
  /** Counted on the finished string: the number that the budget is held to. */
  readonly tokens: number
  readonly documents: readonly RenderedDocument[]
}

export interface RenderInput {
  readonly documents: readonly LaidDocument[]
  readonly notice: string | null
  readonly template: Template
  readonly counter: TokenCounter
}

/** The string, counted once. */
export function createRenderStage() {
  return {
    name: 'render',
    run({ documents: laid, notice, template, counter }: RenderInput, context: RequestContext): Rendered {
      return context.trace.runSync('render', () => {
        const documents = numbered(laid)
        const rendered = renderContext(template, { documents, notice })
        return [
          { context: rendered, tokens: counter.count(rendered), documents },
          { in: laid.length, out: documents.reduce((sum, { items }) => sum + items.length, 0) },
        ]
      })
    },
  }
}

/** Citations count through all documents; a heading is not said again right below itself. */
function numbered(laid: readonly LaidDocument[]): readonly RenderedDocument[] {
  let citation = 0
  return laid.map(({ title, items }) => ({
    title,
    items: items.map(({ heading, text, excerpt }, at) => ({
      citation: ++citation,
      heading: heading === items[at - 1]?.heading ? '' : heading,
      excerpt: excerpt.starts,
      text,
    })),
  }))
}
