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
      why: 'Different texts of one index that new ones are compared with, 110 to 220 bytes of memory each, near-duplicates 130 more, from the first write to the index on; those beyond it are reported and only exact duplicates of them collapse. 0 compares none',
    }),
    boilerplate_documents: limit({
      unit: 'documents',
      default: 20,
      min: 2,
      ceiling: 1_000_000,
      why: 'A block that stands in as many documents of a source is boilerplate, if it also has the share of them; the ones before keep it in their chunks until they change',
    }),
    boilerplate_share: ratio({
      unit: 'ratio',
      default: 0.2,
      min: 0.01,
      ceiling: 1,
      why: 'Share of the documents of a source that boilerplate stands in: a footer stands in nearly all, a note that fits in many places does not',
    }),
    counted_blocks: limit({
      unit: 'blocks',
      default: 500_000,
      min: 10_000,
      ceiling: 10_000_000,
      why: 'Blocks that the process counts to learn what is boilerplate, over all indexes, 65 bytes each; a rebuild counts as many again while it runs. One source (folder, host) has up to a 32nd, its most frequent ones, and counts as 8 blocks more; the sources that were written last are kept, others begin anew',
    }),
  })
  .prefault({})
