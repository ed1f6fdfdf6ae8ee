import { z } from 'zod'
import { limit, ratio, text } from '../setting.ts'

/** The query path: what is searched, how deep, and what time it keeps. What a request may ask for stands in `http`. */
export const retrieve = z
  .strictObject({
    candidates: limit({
      unit: 'chunks',
      default: 64,
      min: 1,
      ceiling: 400,
      why: 'Fused candidates whose text is loaded for reranking and packing; more adds latency, hardly recall',
    }),
    widen_factor: limit({
      unit: 'factor',
      default: 2,
      min: 2,
      ceiling: 8,
      why: 'A leg is asked again for this many times as much where duplicates leave too few candidates',
    }),
    depth_max: limit({
      unit: 'chunks',
      default: 1000,
      min: 10,
      ceiling: 1000,
      why: 'Where widening stops: a leg is never asked for more, however many duplicates stand in front',
    }),
    reserve_ms: limit({
      unit: 'ms',
      default: 100,
      min: 0,
      ceiling: 5000,
      why: 'Kept back from the deadline by searching and reranking, so that packing and rendering still happen before it; at most a quarter of it',
    }),
    rerank_ms_per_pair: ratio({
      unit: 'ms',
      default: 15,
      min: 0.01,
      ceiling: 10_000,
      why: 'First guess of what the cross-encoder takes, until it has been timed; the depth that fits the deadline follows from it',
    }),
    places_per_item: limit({
      unit: 'places',
      default: 8,
      min: 0,
      ceiling: 100,
      why: 'Other places of the same text that an item cites; popular boilerplate has thousands',
    }),
    lexical_terms: limit({
      unit: 'terms',
      default: 64,
      min: 4,
      ceiling: 256,
      why: 'Each term of the full-text query costs a posting list; identifiers and rare terms are kept first',
    }),
    lexical_characters: limit({
      unit: 'characters',
      default: 1000,
      min: 100,
      ceiling: 10_000,
      why: 'Length of the full-text query that is derived from a long question',
    }),
    vector_characters: limit({
      unit: 'characters',
      default: 1000,
      min: 100,
      ceiling: 10_000,
      why: 'The encoder reads 256 tokens; what is behind them would be cut anyway',
    }),
    hierarchy: z
      .strictObject({
        min_chunks: limit({
          unit: 'chunks',
          default: 20_000,
          min: 1,
          ceiling: 100_000_000,
          why: 'Smaller indexes are searched as a whole: ranking documents first would cost without narrowing',
        }),
        documents: limit({
          unit: 'documents',
          default: 50,
          min: 1,
          ceiling: 500,
          why: 'Documents that are ranked first and whose chunks are then searched',
        }),
      })
      .prefault({}),
    cohort: text({
      unit: 'name',
      default: 'default',
      why: 'Stands in every receipt and usage row, so that deployments can be told apart and compared',
    }),
  })
  .prefault({})
