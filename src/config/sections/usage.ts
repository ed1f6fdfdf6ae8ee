import { z } from 'zod'
import { limit, ratio } from '../setting.ts'

/** Dollars; local models cost nothing per token, so every price starts at 0. */
const price = (unit: string, why: string) => ratio({ unit, default: 0, min: 0, ceiling: 100_000, why })

/** The usage ledger and the prices it books. */
export const usage = z
  .strictObject({
    flush_ms: limit({
      unit: 'ms',
      default: 1000,
      min: 10,
      ceiling: 60_000,
      why: 'Rows wait this long to be written together; a kill loses at most these',
    }),
    buffer_rows: limit({
      unit: 'rows',
      default: 10_000,
      min: 100,
      ceiling: 1_000_000,
      why: 'Rows beyond it are counted as lost rather than slowing requests down',
    }),
    batch_rows: limit({
      unit: 'rows',
      default: 500,
      min: 1,
      ceiling: 2000,
      why: 'Rows of one statement; this many do not wait for flush_ms. Postgres takes 65,535 parameters, a row has 27',
    }),
    sum_groups: limit({
      unit: 'groups',
      default: 10_000,
      min: 1,
      ceiling: 100_000,
      why: 'A sum with more groups (times their outcomes) is refused: ask for fewer dimensions or a shorter time',
    }),
    keep_days: limit({
      unit: 'days',
      default: 400,
      min: 1,
      ceiling: 3650,
      why: 'Rows older than this are deleted at the start and daily; 400 keeps a year and its comparison',
    }),
    prices: z
      .strictObject({
        context_per_1m_tokens: z
          .record(z.string().min(1).max(100), z.number().min(0).max(100_000))
          .refine((prices) => Object.keys(prices).length <= 200, { message: 'must have at most 200 entries' })
          .default({})
          .meta({
            unit: 'USD per 1,000,000 tokens by model or tokenizer',
            why: 'What the reader of the context charges for its input, by the name that the request gives; names that are missing cost 0',
          }),
        embed_per_1m_tokens: price('USD per 1,000,000 tokens', 'What the embedding provider charges'),
        storage_per_gb: price(
          'USD per 1,000,000,000 bytes',
          'What keeping what was written costs, booked once with the ingest that wrote it',
        ),
        rerank_per_1k_pairs: price('USD per 1,000 pairs', 'What the reranking provider charges; a pair is a query and a passage'),
      })
      .prefault({}),
  })
  .prefault({})
