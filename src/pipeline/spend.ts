import { templateTokens } from '../core/packing/price.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Budget } from '../core/request.ts'
import { noticeText, type NoticeReason } from '../core/render/notices.ts'
import type { Template } from '../core/render/template.ts'
import type { RequestContext } from './context.ts'
import { layOutSelection, type LaidDocument } from './lay-out.ts'
import type { Offers } from './offer.ts'
import type { Packed } from './pack.ts'
import type { Rendered } from './render.ts'
import type { Stages } from './stages.ts'

export interface SpendInput {
  readonly offers: Offers
  readonly budget: Budget
  readonly plan: Plan
  readonly template: Template
  readonly counter: TokenCounter
  /** What a packing has to say about itself; empty where the request wants no notice. */
  readonly noticesOf: (packed: Packed) => readonly NoticeReason[]
}

export interface Spent {
  readonly packed: Packed
  readonly documents: readonly LaidDocument[]
  readonly rendered: Rendered
  readonly notices: readonly NoticeReason[]
}

/**
 * Packs, lays out and renders until the string fits. The final count decides: where the whole is longer than its parts, the difference is kept back and
 * packing runs again. Where it is shorter (items that merged, headings not repeated), what was saved is offered once more.
 */
export function spend(stages: Pick<Stages, 'pack' | 'render'>, input: SpendInput, context: RequestContext): Spent {
  const { budget, template, counter } = input
  let notices: readonly NoticeReason[] = []
  let slack = 0
  let fitting: Spent | null = null
  for (;;) {
    const spent = attempt(notices, slack)
    const overshoot = spent.rendered.tokens - spent.packed.budgetTokens
    if (overshoot > 0 && fitting !== null) return fitting
    if (overshoot > 0) {
      slack += overshoot
      continue
    }
    const wanted = input.noticesOf(spent.packed)
    if (wanted.some((reason) => !notices.includes(reason))) {
      notices = [...new Set([...notices, ...wanted])]
      ;[fitting, slack] = [null, 0]
      continue
    }
    if (fitting !== null) return spent.packed.selection.value > fitting.packed.selection.value ? spent : fitting
    const spare = slack > 0 || budget.auto || spent.documents.length === 0 ? 0 : chargedTokens(spent, slack) - spent.rendered.tokens
    if (spare <= 0 || !isStarved(spent)) return spent
    fitting = spent
    slack -= spare
  }

  function attempt(reasons: readonly NoticeReason[], kept: number): Spent {
    const notice = noticeText(reasons)
    const ownTokens = templateTokens(template, counter) + (notice === null ? 0 : counter.count(template.notice(notice)))
    const packed = stages.pack.run({ ...input, templateTokens: ownTokens, slack: kept }, context)
    const documents = layOutSelection(packed.selection, input.offers.offers)
    const rendered = stages.render.run({ documents, notice, template, counter }, context)
    return { packed, documents, rendered, notices: reasons }
  }
}

function chargedTokens({ packed }: Spent, slack: number): number {
  return packed.selection.tokens + packed.shape.template - slack
}

const isStarved = ({ packed }: Spent): boolean =>
  packed.selection.refused.some(({ reason }) => reason === 'over_budget') ||
  packed.selection.chosen.some(({ passage, variant }) => variant !== passage.variants.at(-1))
