import type { Clock } from '../core/ports/clock.ts'
import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import type { SessionStore } from '../core/ports/session-store.ts'
import { createRules } from '../core/rules/apply-rules.ts'
import { createCiteStage } from './cite.ts'
import { createDocumentsStage } from './documents.ts'
import { createEncodeStage } from './encode.ts'
import { createFuseStage } from './fuse.ts'
import { createLoadStage } from './load.ts'
import { createNeighboursStage } from './neighbours.ts'
import { createOfferStage } from './offer.ts'
import { createPackStage } from './pack.ts'
import { createPlanStage } from './plan.ts'
import { createRenderStage } from './render.ts'
import { createRequireStage } from './require.ts'
import { createRerankStage } from './rerank.ts'
import { createSearchStage } from './search.ts'
import { createSentencesStage } from './sentences.ts'
import { createSessionStage } from './session.ts'
import type { PipelineSettings } from './settings.ts'

export type Stages = ReturnType<typeof createStages>

export interface StagePorts {
  readonly classifier: IntentClassifier
  readonly sessions: SessionStore
  readonly clock: Clock
}

/** Every stage once, with its slice of the settings. */
export function createStages(settings: PipelineSettings, { classifier, sessions, clock }: StagePorts) {
  return {
    session: createSessionStage(settings.sessions, { store: sessions, clock }),
    plan: createPlanStage(settings, classifier),
    encode: createEncodeStage(settings),
    documents: createDocumentsStage(settings),
    search: createSearchStage(settings),
    fuse: createFuseStage(),
    load: createLoadStage(settings),
    rerank: createRerankStage(settings),
    rules: createRules(settings.rules, settings.packing.requiredDocuments),
    require: createRequireStage(settings),
    neighbours: createNeighboursStage(settings),
    sentences: createSentencesStage(settings),
    offer: createOfferStage(settings),
    pack: createPackStage(settings),
    render: createRenderStage(),
    cite: createCiteStage(settings),
  }
}
