import { templateTokens } from '../core/packing/price.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import type { ModelProfiles, Profile } from '../core/ports/model-profiles.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { TokenCounters } from '../core/ports/token-counter.ts'
import { TEMPLATES } from '../core/render/templates.ts'
import type { Answer } from '../core/answer.ts'
import type { RetrieveRequest } from '../core/request.ts'
import { composeAnswer } from './answer.ts'
import type { RequestContext } from './context.ts'
import { rank } from './rank.ts'
import type { PipelineSettings } from './settings.ts'
import type { Stages } from './stages.ts'
import { Trace } from './trace.ts'

export interface PipelinePorts {
  readonly clock: Clock
  readonly indexes: IndexRegistry
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
  readonly classifier: IntentClassifier
}

/** The way of one question: pin a revision, rank, then spend the budget. */
export function createRetriever(settings: PipelineSettings, stages: Stages, ports: PipelinePorts): Retriever {
  return {
    async retrieve(request, { id, caller, signal }) {
      const { clock } = ports
      const { tenant } = caller
      const trace = new Trace(clock)
      const limits = { signal, deadline: clock.now() + request.deadlineMs }
      const reader = await trace.run('pin', async () => [await ports.indexes.pin(tenant, request.index, limits), { in: 1, out: 1 }])
      try {
        const profile = await ports.profiles.open(reader.declaration.profile)
        // The deadline counts from here: the first question after a start waits until the models are loaded, and is still answered in full.
        const context = { id, tenant, clock, trace, limits: { signal, deadline: clock.now() + request.deadlineMs } }
        return await answer(request, reader, profile, context)
      } finally {
        reader.release()
      }
    },
  }

  async function answer(request: RetrieveRequest, reader: IndexReader, profile: Profile, context: RequestContext): Promise<Answer> {
    const { budget, filter, query, intent, mode } = request
    const counter = ports.counters.resolve(budget.tokenizer)
    const template = TEMPLATES[request.render]

    const asked = { query, intent, mode, classify: true, overrides: {} }
    const ranked = await rank(stages, { asked, filter, profile, reader, documents: 0 }, context)
    const { candidates, plan } = ranked
    const valued = stages.value.run({ candidates, calibration: profile.settings.calibration }, context)
    const priced = stages.price.run({ valued, template, counter }, context)
    const ownTokens = templateTokens(template, counter)
    const { packing, rendered, slack } = packAndRender()
    const citations = await stages.cite.run({ ...packing, reader, filter }, context)

    const shape = stages.pack.shapeOf({ budget, plan, templateTokens: ownTokens + slack })
    const { classifier } = ports
    return composeAnswer(
      { request, reader, profile, classifier, counter, template, ranked, priced, packing, rendered, citations, shape },
      settings,
      context,
    )

    /** The final count decides: where the whole is longer than its parts, the difference is kept back and packing runs again. */
    function packAndRender() {
      let slack = 0
      for (;;) {
        const packing = stages.pack.run({ priced, budget, plan, templateTokens: ownTokens, slack }, context)
        const rendered = stages.render.run({ packed: packing.packed, template, counter }, context)
        const overshoot = rendered.tokens - budget.tokens
        if (overshoot <= 0) return { packing, rendered, slack }
        slack += overshoot
      }
    }
  }
}
