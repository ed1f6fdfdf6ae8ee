import { z } from 'zod'
import { limit, text } from '../setting.ts'

/** The query path: what one request may ask for, and what is searched for it. */
export const retrieve = z
  .strictObject({
    deadline_ms: limit({
      unit: 'ms',
      default: 2000,
      min: 10,
      ceiling: 30_000,
      why: 'A request without a deadline of its own gets this one; the reranker uses what is left of it',
    }),
    deadline_max_ms: limit({
      unit: 'ms',
      default: 30_000,
      min: 10,
      ceiling: 30_000,
      why: 'No request may hold its slot longer, whatever it asks for',
    }),
    query_characters: limit({
      unit: 'characters',
      default: 20_000,
      min: 100,
      ceiling: 100_000,
      why: 'Room for a question of 2,000 tokens with a pasted log; longer ones are refused',
    }),
    budget_tokens_max: limit({
      unit: 'tokens',
      default: 200_000,
      min: 100,
      ceiling: 1_000_000,
      why: 'Above any context window in use; bounds what one answer can weigh',
    }),
    tokenizer: text({
      unit: 'name',
      default: 'o200k_base',
      why: 'Counts the budget of requests that name neither a tokenizer nor a model',
    }),
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
