import { z } from 'zod'
import { limit, ratio } from '../setting.ts'

/** Near-duplicates and boilerplate (indexes/settings.ts, ingest/settings.ts). */
export const duplicates = z
  .strictObject({
    jaccard: ratio({
      unit: 'ratio',
      default: 0.8,
      min: 0.5,
      ceiling: 1,
      why: 'Chunks whose runs of three words overlap this much are near-duplicates: at .8 some 5 of 150 words may differ; below .7 the signatures miss some',
    }),
    max_texts: limit({
      unit: 'texts',
      default: 2_000_000,
      min: 0,
      ceiling: 20_000_000,
      why: 'Different texts of one index that new ones are compared with, 108 bytes of memory each while documents are written; those beyond it are reported and only exact duplicates of them collapse. 0 compares none',
    }),
  })
  .prefault({})
