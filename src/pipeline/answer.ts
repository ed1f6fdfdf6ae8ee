import { costUsd } from '../core/cost.ts'
import { minimumBudget, type BudgetShape } from '../core/packing/minimum.ts'
import { PACKER, type Packing } from '../core/packing/pack.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import { citationMark, type Template } from '../core/render/template.ts'
import type { Answer, Dropped, Item, Outcome, Receipt, Usage } from '../core/answer.ts'
import type { RetrieveRequest } from '../core/request.ts'
import type { Citations } from './cite.ts'
import type { RequestContext } from './context.ts'
import { explain } from './explain.ts'
import { headingOf } from './passage.ts'
import type { PricedCandidate } from './price.ts'
import type { Ranked } from './rank.ts'
import type { Rendered } from './render.ts'
import type { PipelineSettings } from './settings.ts'

export interface Outcomes {
  readonly request: RetrieveRequest
  readonly reader: IndexReader
  readonly profile: Profile
  readonly classifier: IntentClassifier
  readonly counter: TokenCounter
  readonly template: Template
  readonly ranked: Ranked
  readonly priced: readonly PricedCandidate[]
  readonly packing: Packing<PricedCandidate>
  readonly rendered: Rendered
  readonly citations: Citations
  readonly shape: BudgetShape
}

/** The receipt: what was kept, what was dropped and why, what it cost and which versions made it. */
export function composeAnswer(made: Outcomes, settings: PipelineSettings, context: RequestContext): Answer {
  const { packing, rendered, ranked, request } = made
  const minTokens = packing.packed.length > 0 ? null : minimumBudget(made.priced, ranked.plan, made.shape)
  const [intent] = ranked.plan.intents
  return {
    id: context.id,
    outcome: outcomeOf(packing.packed.length, minTokens),
    context: rendered.context,
    items: packing.packed.map((candidate, position) => itemOf(candidate, position + 1, made)),
    dropped: droppedOf(packing),
    next: [],
    hints: [],
    session: null,
    rules: [],
    intent: { label: intent?.label ?? 'default', confidence: intent?.confidence ?? 0 },
    confidence: Math.max(0, ...packing.packed.map((candidate) => candidate.value)),
    minTokens,
    usage: usageOf(made, settings),
    stages: context.trace.records,
    degraded: context.trace.degraded,
    receipt: receiptOf(made, settings),
    explain: request.explain ? explain(made.ranked, made.priced, packing) : null,
  }
}

function outcomeOf(packed: number, minTokens: number | null): Outcome {
  if (packed > 0) return 'ok'
  return minTokens === null ? 'no_relevant_context' : 'budget_too_small'
}

function itemOf(candidate: PricedCandidate, citation: number, { citations }: Outcomes): Item {
  const { text } = candidate
  return {
    id: text.id,
    doc: text.doc,
    title: text.title,
    uri: text.uri,
    heading: headingOf(text),
    span: text.span,
    tokens: candidate.tokens,
    score: candidate.value,
    citation: citationMark(citation),
    also: citations.get(candidate.chunk) ?? [],
  }
}

/** Refused candidates with their reason, and every exact duplicate that was found beside a candidate. */
function droppedOf({ packed, refused }: Packing<PricedCandidate>): readonly Dropped[] {
  const refusals = refused.map(({ candidate, reason, duplicateOf }): Dropped => {
    const { chunk, doc, tokens, value } = candidate
    return { id: chunk, doc, tokens, score: value, reason, duplicateOf }
  })
  const twins = [...packed, ...refused.map(({ candidate }) => candidate)].flatMap((candidate) =>
    candidate.twins.map((twin): Dropped => {
      const { tokens, value } = candidate
      return { id: twin.chunk, doc: twin.doc, tokens, score: value, reason: 'duplicate', duplicateOf: candidate.chunk }
    }),
  )
  return [...refusals, ...twins]
}

function usageOf({ request, counter, priced, rendered, ranked }: Outcomes, settings: PipelineSettings): Usage {
  const candidateTokens = priced.reduce((sum, candidate) => sum + candidate.tokens * (1 + candidate.twins.length), 0)
  const { embedTokens, rerankPairs } = ranked
  const spent = { contextTokens: rendered.tokens, embedTokens, rerankPairs }
  return {
    tokenizer: counter.name,
    budgetTokens: request.budget.tokens,
    candidateTokens,
    savedTokens: Math.max(0, candidateTokens - rendered.tokens),
    ...spent,
    costUsd: costUsd(spent, settings.prices, request.budget.tokenizer),
  }
}

function receiptOf({ reader, profile, classifier, template, ranked }: Outcomes, settings: PipelineSettings): Receipt {
  return {
    index: reader.declaration.name,
    profile: profile.name,
    version: reader.version,
    revision: reader.revision,
    content: reader.content,
    embedder: profile.queries.fingerprint,
    reranker: ranked.rerankPairs > 0 ? (profile.reranker?.fingerprint ?? null) : null,
    intentModel: classifier.fingerprint,
    packer: PACKER,
    template: `${template.name}@${template.version}`,
    config: settings.configHash,
    cohort: settings.retrieve.cohort,
  }
}
