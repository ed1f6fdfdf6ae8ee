import type { Answer, Item, Outcome, Receipt, SessionState } from '../core/answer.ts'
import { nextTokens } from '../core/packing/next-tokens.ts'
import { PACKER } from '../core/packing/select.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Facet } from '../core/query/facets.ts'
import { NOTICES } from '../core/render/notices.ts'
import type { Template } from '../core/render/template.ts'
import type { RetrieveRequest } from '../core/request.ts'
import type { RuleEffects } from '../core/rules/apply-rules.ts'
import { outcomeInSession } from '../core/session/outcome.ts'
import type { Confidence, Relevance } from './confidence.ts'
import type { RequestContext } from './context.ts'
import { droppedOf } from './dropped.ts'
import { explain } from './explain.ts'
import type { Offers } from './offer.ts'
import type { Packed } from './pack.ts'
import type { Ranked } from './rank.ts'
import type { OpenSession } from './session.ts'
import type { PipelineSettings } from './settings.ts'
import type { Spent } from './spend.ts'
import { usageOf } from './usage.ts'

export interface Outcomes {
  readonly request: RetrieveRequest
  readonly reader: IndexReader
  readonly profile: Profile
  readonly classifier: IntentClassifier
  readonly counter: TokenCounter
  readonly template: Template
  readonly ranked: Ranked
  readonly facets: readonly Facet[]
  readonly rules: RuleEffects
  readonly offers: Offers
  /** Those of the offers that competed: where the question is foreign to the index, the required ones. */
  readonly packable: Offers
  readonly spent: Spent
  /** Nothing was packed, whatever would have fitted. */
  readonly abstains: boolean
  /** What would have been enough where nothing fitted; null elsewhere. */
  readonly minTokens: number | null
  readonly items: readonly Item[]
  readonly relevance: Relevance
  readonly confidence: Confidence
  readonly session: OpenSession
  readonly sessionState: SessionState | null
}

/** Documents that are named where none was relevant. */
const HINTS = 3

/** The receipt: what was kept, what was dropped and why, what it cost and which versions made it. */
export function composeAnswer(made: Outcomes, settings: PipelineSettings, context: RequestContext): Answer {
  const { request, ranked, offers, spent, abstains, items, rules } = made
  const packed = abstains ? null : spent.packed
  const outcome = outcomeOf(made)
  const [intent] = ranked.plan.intents
  return {
    id: context.id,
    outcome,
    context: spent.rendered.context,
    items,
    dropped: droppedOf(offers, packed?.selection ?? null, rules.forbidden),
    intent: { label: intent?.label ?? 'default', confidence: intent?.confidence ?? 0 },
    confidence: made.confidence.probability,
    minTokens: made.minTokens,
    next: packed === null ? [] : nextOf(made, packed, settings),
    hints: outcome === 'no_relevant_context' ? hintsOf(made) : [],
    usage: usageOf(
      {
        ...made,
        ...ranked,
        offers: offers.offers,
        rendered: spent.rendered,
        tokenizer: request.budget.tokenizer,
        budgetTokens: packed?.budgetTokens ?? Math.min(request.budget.tokens, made.session.tokensLeft ?? Infinity),
      },
      settings.prices,
    ),
    session: made.sessionState,
    rules: rules.applied,
    stages: context.trace.records,
    degraded: context.trace.degraded,
    receipt: receiptOf(made, settings),
    explain: request.explain ? explain({ ...made, shown: made.confidence.shown, followUp: made.session.followUp, packed }) : null,
  }
}

function outcomeOf({ items, offers, request, abstains, minTokens }: Outcomes): Outcome {
  if (items.length > 0) return 'ok'
  const outcome = minTokens === null ? 'no_relevant_context' : 'budget_too_small'
  const alreadySent = abstains ? 0 : offers.withheld.filter(({ reason }) => reason === 'already_sent').length
  return outcomeInSession(outcome, { alreadySent, refresh: request.session?.refresh ?? false })
}

function nextOf({ packable }: Outcomes, { selection, budgetTokens, rulesFor }: Packed, { packing }: PipelineSettings) {
  const passages = packable.offers.map(({ passage }) => passage)
  return nextTokens(passages, selection, packing.nextTokens, (extra) => rulesFor(budgetTokens + extra))
}

/** The documents of the best candidates, each once. */
function hintsOf({ offers }: Outcomes): Answer['hints'] {
  const titles = new Map(offers.offers.map(({ candidate }) => [candidate.doc, candidate.text.title]))
  return [...titles].slice(0, HINTS).map(([doc, title]) => ({ doc, title }))
}

function receiptOf({ reader, profile, classifier, template, ranked, spent, relevance }: Outcomes, settings: PipelineSettings): Receipt {
  const hasNotice = spent.notices.length > 0 && spent.rendered.context !== ''
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
    calibration: `${profile.evidence.name}+${profile.confidence.name}@${relevance.threshold.toFixed(4)}`,
    template: [`${template.name}@${template.version}`, ...(hasNotice ? [NOTICES] : [])].join('+'),
    config: settings.configHash,
    cohort: settings.retrieve.cohort,
  }
}
