import type { Answer } from '../core/answer.ts'
import { parseIndexRef } from '../core/index-ref.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import type { ModelProfiles, Profile } from '../core/ports/model-profiles.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { SessionStore } from '../core/ports/session-store.ts'
import type { TokenCounters } from '../core/ports/token-counter.ts'
import type { Selection } from '../core/packing/selection.ts'
import { facetsOf } from '../core/query/facets.ts'
import { TEMPLATES } from '../core/render/templates.ts'
import type { RetrieveRequest } from '../core/request.ts'
import { composeAnswer } from './answer.ts'
import { confidenceFor, relevanceFor } from './confidence.ts'
import type { RequestContext } from './context.ts'
import { itemsOf } from './items.ts'
import { minimumFor } from './minimum.ts'
import { noticesOf } from './notices.ts'
import type { Packed } from './pack.ts'
import { rank } from './rank.ts'
import { sentPassages } from './sent.ts'
import { rememberingShort } from './short-counts.ts'
import type { OpenSession } from './session.ts'
import type { PipelineSettings } from './settings.ts'
import { spend } from './spend.ts'
import type { Stages } from './stages.ts'
import { Trace } from './trace.ts'

export interface PipelinePorts {
  readonly clock: Clock
  readonly indexes: IndexRegistry
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
  readonly classifier: IntentClassifier
  readonly sessions: SessionStore
}

/** The way of one question: pin a revision, know the session, rank, then spend the budget. */
export function createRetriever(settings: PipelineSettings, stages: Stages, ports: PipelinePorts): Retriever {
  return {
    async retrieve(request, { id, caller, signal, retryKey }) {
      const { clock } = ports
      const { tenant } = caller
      const { name, ref } = parseIndexRef(request.index)
      const trace = new Trace(clock)
      const limits = { signal, deadline: clock.now() + request.deadlineMs }
      const reader = await trace.run('pin', async () => [await ports.indexes.pin(tenant, name, limits, ref), { in: 1, out: 1 }])
      try {
        const profile = await ports.profiles.open(reader.declaration.profile)
        // The deadline counts from here: the first question after a start waits until the models are loaded, and is still answered in full.
        const context = { id, tenant, clock, trace, limits: { signal, deadline: clock.now() + request.deadlineMs } }
        const session = await stages.session.open(request, retryKey, context)
        try {
          return await answer(request, { reader, profile, session }, context)
        } finally {
          session.release()
        }
      } finally {
        reader.release()
      }
    },
  }

  async function answer(
    request: RetrieveRequest,
    { reader, profile, session }: { readonly reader: IndexReader; readonly profile: Profile; readonly session: OpenSession },
    context: RequestContext,
  ): Promise<Answer> {
    const { filter, intent, mode } = request
    const counter = rememberingShort(ports.counters.resolve(request.budget.tokenizer))
    const template = TEMPLATES[request.render]
    const query = session.searched

    const asked = { query, intent, mode, classify: true, overrides: {} }
    const ranked = await rank(stages, { asked, filter, profile, reader, documents: 0 }, context)
    const rules = stages.rules({ query, intent: ranked.plan.intents[0]?.label ?? 'default', require: request.require })
    const candidates = await stages.require.run({ ...ranked, rules, reader, filter }, context)
    const neighbours = await stages.neighbours.run({ candidates, reader }, context)
    const beside = [...neighbours.values()].flatMap(({ before, after }) => [...before, ...after])
    const { values, reading } = stages.sentences.run({ derived: ranked.derived, candidates, neighbours: beside, profile }, context)

    const facets = settings.packing.facets ? facetsOf(query) : []
    const excerpts = request.excerpts ?? settings.packing.excerpts
    const { sent } = session
    const offers = stages.offer.run({ candidates, neighbours, values, facets, sent, rules, template, counter, excerpts }, context)
    const passages = offers.offers.map(({ passage }) => passage)
    const relevance = relevanceFor({ candidates, reading, reader, profile, uncalibrated: settings.packing.confidenceThreshold })
    const isForeign = relevance.probability < relevance.threshold
    const packable = isForeign ? { ...offers, offers: offers.offers.filter(({ passage }) => passage.required) } : offers
    const abstains = rules.abstain !== null || (isForeign && packable.offers.length === 0)
    const confidenceIn = (selection: Selection) => confidenceFor(selection, { relevance, passages, profile })

    const tokens = Math.min(request.budget.tokens, session.tokensLeft ?? Infinity)
    const budget = { ...request.budget, tokens: abstains ? 0 : tokens }
    const offered = {
      ...{ offers: packable, budget, plan: ranked.plan, template, counter },
      noticesOf: ({ selection }: Packed) => {
        const packed = { selection, offers: offers.offers, confidence: confidenceIn(selection).probability }
        return request.notice ? noticesOf(packed, settings, context) : []
      },
    }
    const spent = spend(stages, offered, context)
    const minTokens = abstains || spent.rendered.tokens > 0 ? null : minimumFor(stages, offered, spent, context)
    const laid = spent.documents.flatMap(({ items }) => items)
    const { selection } = spent.packed
    const cited = { items: laid, refused: selection.refused, offers: offers.offers, forbidden: rules.forbidden }
    const citations = await stages.cite.run({ ...cited, reader, filter }, context)
    const items = itemsOf(spent, citations, template, counter)
    const sessionState = await session.record({ tokens: spent.rendered.tokens, sent: sentPassages(spent.documents) })
    const { classifier } = ports
    const given = { request, reader, profile, classifier, counter, template, session, facets, rules, packable }
    const made = { ranked, offers, relevance, abstains, spent, minTokens, items, confidence: confidenceIn(selection), sessionState }
    return composeAnswer({ ...given, ...made }, settings, context)
  }
}
