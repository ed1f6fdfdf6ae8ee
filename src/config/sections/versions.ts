import { z } from 'zod'
import { limit, ratio } from '../setting.ts'

/** Versions of an index: how they are built, checked and kept (indexes/settings.ts, ingest/release/, pipeline/gate.ts). */
export const versions = z
  .strictObject({
    keep_published: limit({
      unit: 'versions',
      default: 2,
      min: 1,
      ceiling: 100,
      why: 'Published versions whose data stays beside the current one; each takes as much disk as it',
    }),
    keep_unpublished: limit({
      unit: 'versions',
      default: 2,
      min: 1,
      ceiling: 100,
      why: 'Built versions that wait to be published; the next build removes the oldest beyond it',
    }),
    keep_records: limit({
      unit: 'versions',
      default: 10,
      min: 5,
      ceiling: 1000,
      why: 'Versions without data of which manifest, declaration and gate result stay known',
    }),
    idle_ms: limit({
      unit: 'ms',
      default: 60_000,
      min: 10,
      ceiling: 86_400_000,
      why: 'After so long without a reader a version that is not current is closed; opening it again takes some milliseconds',
    }),
    catch_up_rounds: limit({
      unit: 'rounds',
      default: 20,
      min: 1,
      ceiling: 1000,
      why: 'Times that a version is brought to what was written to the live one meanwhile, before writers are made to wait',
    }),
    locked_documents: limit({
      unit: 'documents',
      default: 200,
      min: 1,
      ceiling: 10_000,
      why: 'Documents that may be left for the moment in which writers wait; with more a publication gives up after its rounds',
    }),
    deadline_ms: limit({
      unit: 'ms',
      default: 86_400_000,
      min: 1000,
      ceiling: 604_800_000,
      why: 'Longest time of one build, publication or gate; a model that reads 100 chunks a second takes three hours for a million',
    }),
    sample: limit({
      unit: 'chunks',
      default: 100,
      min: 1,
      ceiling: 10_000,
      why: 'Chunks that must find themselves by their own text and vector before a version is published',
    }),
    sample_k: limit({ unit: 'texts', default: 10, min: 1, ceiling: 100, why: 'Different texts among which a chunk must find itself' }),
    sample_recall: ratio({
      unit: 'ratio',
      default: 0.95,
      min: 0,
      ceiling: 1,
      why: 'Share of the sample that must, in each leg; a vector index is approximate and reaches .98 and more',
    }),
    gate_budget_tokens: limit({
      unit: 'tokens',
      default: 1500,
      min: 1,
      ceiling: 100_000,
      why: 'Budget (o200k_base) of the golden questions; evidence recall is measured in what it holds',
    }),
    gate_k: limit({ unit: 'chunks', default: 10, min: 1, ceiling: 100, why: 'Chunks of the ranking in which passages are looked for' }),
    gate_min_evidence: ratio({
      unit: 'ratio',
      default: 0,
      min: 0,
      ceiling: 1,
      why: 'Lowest evidence recall that passes; 0 leaves it to the comparisons',
    }),
    gate_min_passage_recall: ratio({
      unit: 'ratio',
      default: 0,
      min: 0,
      ceiling: 1,
      why: 'Lowest passage recall that passes; 0 leaves it to the comparisons',
    }),
    gate_live_drop: ratio({
      unit: 'ratio',
      default: 0.02,
      min: 0,
      ceiling: 1,
      why: 'What either figure may be below that of the live version: one of fifty questions',
    }),
    gate_baseline_drop: ratio({
      unit: 'ratio',
      default: 0.03,
      min: 0,
      ceiling: 1,
      why: 'What either figure may be below the pinned baseline, so that small steps do not add up',
    }),
    golden_questions: limit({
      unit: 'questions',
      default: 2000,
      min: 1,
      ceiling: 10_000,
      why: 'Of one golden set; each is asked twice of each compared version',
    }),
  })
  .prefault({})
