import { z } from 'zod'
import { flag, limit, optionalRatio, ratio, text } from '../setting.ts'

/** Steps beyond the context at which the curve of an answer is read. */
const nextTokens = z
  .array(z.number().int().min(1).max(100_000))
  .min(1)
  .max(8)
  .refine((steps) => steps.every((step, at) => step > (steps[at - 1] ?? 0)), 'numbers that grow')
  .default([200, 400, 800])
  .meta({ unit: 'tokens', why: 'How many more tokens `next` looks at, smallest first: what they would add and how much that is worth' })

/** How candidates become one string within the budget. */
export const packing = z
  .strictObject({
    duplicate_jaccard: ratio({
      unit: 'ratio',
      default: 0.6,
      min: 0.5,
      ceiling: 1,
      why: 'Sentences that share this much of their words, and the same numbers, names and negations, say the same; at .8 an editor who changed one word in eight is paid for twice',
    }),
    repeated_share: ratio({
      unit: 'ratio',
      default: 0.05,
      min: 0,
      ceiling: 1,
      why: 'Largest share of what a passage adds that may say again what is packed; 0 cuts passages at every repeated sentence',
    }),
    max_items: limit({
      unit: 'items',
      default: 50,
      min: 1,
      ceiling: 500,
      why: 'Most items of an answer; a request may ask for fewer, and is refused where it asks for more',
    }),
    share_floor_tokens: limit({
      unit: 'tokens',
      default: 600,
      min: 0,
      ceiling: 100_000,
      why: "A budget up to this is used whole, whatever share of larger budgets the intent's plan takes",
    }),
    auto_ceiling_tokens: limit({
      unit: 'tokens',
      default: 4000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Largest budget that `auto` chooses where the request names no window; behind 4,000 tokens few questions gain',
    }),
    per_document: optionalRatio({
      unit: 'ratio',
      min: 0.01,
      ceiling: 1,
      why: 'Largest share of the budget that one document may take; null is no cap',
    }),
    per_source: optionalRatio({
      unit: 'ratio',
      min: 0.01,
      ceiling: 1,
      why: 'Largest share of the budget that the documents of one source may take together; null is no cap',
    }),
    required_documents: limit({
      unit: 'documents',
      default: 16,
      min: 1,
      ceiling: 100,
      why: 'Most documents that one question may require, its rules included; each is loaded beside what was searched',
    }),
    required_share: ratio({
      unit: 'ratio',
      default: 0.25,
      min: 0,
      ceiling: 1,
      why: 'Share of the budget that is kept for required documents before anything else is packed',
    }),
    excerpts: flag({
      unit: 'flag',
      default: true,
      why: 'Passages may be cut to their best sentences, which fits more evidence into few tokens; a request can say otherwise',
    }),
    max_variants: limit({
      unit: 'variants',
      default: 4,
      min: 1,
      ceiling: 16,
      why: 'Ways to show one passage, from its best sentences to its section; packing takes time in proportion',
    }),
    short_unit_tokens: limit({
      unit: 'tokens',
      default: 8,
      min: 0,
      ceiling: 100,
      why: 'Shorter sentences are not shown alone: they get a neighbour',
    }),
    context_units: limit({
      unit: 'sentences',
      default: 2,
      min: 0,
      ceiling: 10,
      why: 'Most sentences that are shown in front of one that begins like a continuation, so that it can be read alone',
    }),
    neighbours: limit({
      unit: 'chunks',
      default: 1,
      min: 0,
      ceiling: 8,
      why: 'Chunks before and after a passage that it may be joined with; 0 joins none',
    }),
    neighbour_passages: limit({
      unit: 'passages',
      default: 8,
      min: 0,
      ceiling: 100,
      why: 'So many of the best passages have their neighbours loaded; each is a row to read',
    }),
    facets: flag({
      unit: 'flag',
      default: true,
      why: 'Each part of a question of several parts is covered before any part gets more',
    }),
    facet_weight: ratio({
      unit: 'factor',
      default: 0.5,
      min: 0,
      ceiling: 10,
      why: 'What covering the parts of a question is worth beside evidence; 0 leaves it out',
    }),
    next_tokens: nextTokens,
    notice_confidence: ratio({
      unit: 'probability',
      default: 0.3,
      min: 0,
      ceiling: 1,
      why: 'Less confident answers say so in their notice, where the request wants one',
    }),
    stale_days: limit({
      unit: 'days',
      default: 0,
      min: 0,
      ceiling: 36_500,
      why: 'What was updated longer ago is called stale in a notice; 0 calls nothing stale',
    }),
    stale_field: text({
      unit: 'name',
      default: 'updated',
      why: 'Metadata that says when a document was updated, as an ISO date or milliseconds',
    }),
    confidence_threshold: ratio({
      unit: 'probability',
      default: 0,
      min: 0,
      ceiling: 1,
      why: 'Questions of lower relevance to the index are `no_relevant_context`; 0 never abstains by itself. An index that was calibrated has its own',
    }),
  })
  .prefault({})
