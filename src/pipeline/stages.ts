import type { IntentClassifier } from '../core/ports/intent-classifier.ts'
import { createCiteStage } from './cite.ts'
import { createDocumentsStage } from './documents.ts'
import { createEncodeStage } from './encode.ts'
import { createFuseStage } from './fuse.ts'
import { createLoadStage } from './load.ts'
import { createPackStage } from './pack.ts'
import { createPlanStage } from './plan.ts'
import { createPriceStage } from './price.ts'
import { createRenderStage } from './render.ts'
import { createRerankStage } from './rerank.ts'
import { createSearchStage } from './search.ts'
import type { PipelineSettings } from './settings.ts'
import { createValueStage } from './value.ts'

export type Stages = ReturnType<typeof createStages>

/** Every stage once, with its slice of the settings. */
export function createStages(settings: PipelineSettings, classifier: IntentClassifier) {
  return {
    plan: createPlanStage(settings, classifier),
    encode: createEncodeStage(settings),
    documents: createDocumentsStage(settings),
    search: createSearchStage(settings),
    fuse: createFuseStage(),
    load: createLoadStage(settings),
    rerank: createRerankStage(settings),
    value: createValueStage(),
    price: createPriceStage(),
    pack: createPackStage(settings),
    render: createRenderStage(),
    cite: createCiteStage(settings),
  }
}
