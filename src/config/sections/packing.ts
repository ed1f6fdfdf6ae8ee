import { z } from 'zod'
import { limit, optionalRatio, ratio } from '../setting.ts'

/** How candidates become one string within the budget. */
export const packing = z
  .strictObject({
    duplicate_jaccard: ratio({
      unit: 'ratio',
      default: 0.8,
      min: 0.5,
      ceiling: 1,
      why: 'Passages that share this much of their words say the same; the better one is packed with the citations of both',
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
    per_document: optionalRatio({
      unit: 'ratio',
      min: 0.01,
      ceiling: 1,
      why: 'Largest share of the budget that one document may take; null is no cap',
    }),
  })
  .prefault({})
