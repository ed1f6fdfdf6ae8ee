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
      default: 8192,
      min: 64,
      ceiling: 1_000_000,
      why: 'Blocks of one source that are counted, the most frequent ones; 100 bytes each',
    }),
    counted_sources: limit({
      unit: 'sources',
      default: 256,
      min: 1,
      ceiling: 100_000,
      why: 'Sources (folders, hosts) of an index whose blocks are counted, those that were written last; others begin anew',
    }),
  })
  .prefault({})
