import { z } from 'zod'
import { flag, limit, ratio, type NumberNote, type SettingNote } from '../setting.ts'

const FUSIONS = ['min_max', 'rrf'] as const
const RERANKS = ['never', 'auto', 'always'] as const

/** What the default plan does, and what every field of a plan is for. */
const FIELDS = {
  retrieves: { unit: 'yes or no', default: true, why: 'No: nothing is searched and the answer is empty, at no cost' },
  lexical_depth: {
    unit: 'chunks',
    default: 100,
    min: 0,
    ceiling: 1000,
    why: 'Candidates of the full-text leg; 0 leaves it out. 100 is what the fusion was measured with',
  },
  vector_depth: {
    unit: 'chunks',
    default: 100,
    min: 0,
    ceiling: 1000,
    why: 'Candidates of the vector leg; 0 leaves it out. 100 is what the fusion was measured with',
  },
  fusion: { unit: 'name', default: 'min_max', why: 'Averaged min-max scores order better than reciprocal ranks on the measured sets' },
  vector_weight: { unit: 'ratio', min: 0, ceiling: 1, why: "Weight of the vector leg in the fused score; null takes the model profile's" },
  rerank: { unit: 'name', default: 'auto', why: 'A cross-encoder is the most expensive stage; auto asks it where the order is in doubt' },
  rerank_depth: { unit: 'chunks', default: 32, min: 1, ceiling: 200, why: 'Candidates that a reranker sees at most' },
  rerank_weight: { unit: 'ratio', min: 0, ceiling: 1, why: "Weight of the reranker's score in the mix; null takes the model profile's" },
  hierarchy: { unit: 'yes or no', default: false, why: 'Ranks documents first where the index is large enough for it' },
  max_documents: { unit: 'documents', min: 1, ceiling: 1000, why: 'Most documents in one answer; null is no limit' },
  budget_share: { unit: 'ratio', default: 1, min: 0.01, ceiling: 1, why: "Share of the request's token budget that may be used" },
  price_per_1k_tokens: {
    unit: 'probability',
    default: 0.02,
    min: 0,
    ceiling: 1,
    why: 'Calibrated probability of relevance that 1,000 tokens must buy; packing stops where they buy less',
  },
} as const

const nullableNumber = (note: Omit<NumberNote, 'default'>, value: number | null, whole: boolean) => {
  const number = whole ? z.number().int() : z.number()
  return number
    .min(note.min)
    .max(note.ceiling)
    .nullable()
    .default(value)
    .meta({ ...note })
}

const plan = z
  .strictObject({
    retrieves: flag(FIELDS.retrieves),
    lexical_depth: limit(FIELDS.lexical_depth),
    vector_depth: limit(FIELDS.vector_depth),
    fusion: z
      .enum(FUSIONS)
      .default('min_max')
      .meta({ ...FIELDS.fusion }),
    vector_weight: nullableNumber(FIELDS.vector_weight, null, false),
    rerank: z
      .enum(RERANKS)
      .default('auto')
      .meta({ ...FIELDS.rerank }),
    rerank_depth: limit(FIELDS.rerank_depth),
    rerank_weight: nullableNumber(FIELDS.rerank_weight, null, false),
    hierarchy: flag(FIELDS.hierarchy),
    max_documents: nullableNumber(FIELDS.max_documents, null, true),
    budget_share: ratio(FIELDS.budget_share),
    price_per_1k_tokens: ratio(FIELDS.price_per_1k_tokens),
  })
  .prefault({})

type Changes = Partial<z.output<typeof plan>>

const inherits = (note: SettingNote): SettingNote => ({ unit: note.unit, why: "Null takes the default plan's" })

const number = (field: Exclude<keyof typeof FIELDS, 'retrieves' | 'fusion' | 'rerank' | 'hierarchy'>, changes: Changes, whole: boolean) =>
  nullableNumber({ ...FIELDS[field], ...inherits(FIELDS[field]) }, changes[field] ?? null, whole)

const yesOrNo = (field: 'retrieves' | 'hierarchy', changes: Changes) =>
  z
    .boolean()
    .nullable()
    .default(changes[field] ?? null)
    .meta({ ...inherits(FIELDS[field]) })

/** The fields of a plan that an intent sets itself. */
const planChanges = (changes: Changes) => ({
  retrieves: yesOrNo('retrieves', changes),
  lexical_depth: number('lexical_depth', changes, true),
  vector_depth: number('vector_depth', changes, true),
  fusion: z
    .enum(FUSIONS)
    .nullable()
    .default(changes.fusion ?? null)
    .meta({ ...inherits(FIELDS.fusion) }),
  vector_weight: number('vector_weight', changes, false),
  rerank: z
    .enum(RERANKS)
    .nullable()
    .default(changes.rerank ?? null)
    .meta({ ...inherits(FIELDS.rerank) }),
  rerank_depth: number('rerank_depth', changes, true),
  rerank_weight: number('rerank_weight', changes, false),
  hierarchy: yesOrNo('hierarchy', changes),
  max_documents: number('max_documents', changes, true),
  budget_share: number('budget_share', changes, false),
  price_per_1k_tokens: number('price_per_1k_tokens', changes, false),
})

const critical = flag({ unit: 'yes or no', default: false, why: 'Queries of this intent are reranked in mode auto' })

const intent = (changes: Changes) => z.strictObject({ ...planChanges(changes), critical }).prefault({})

const custom = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .refine((name) => name !== 'default', 'is reserved for the default plan')
    .meta({ unit: 'name', why: 'Stands in answers and usage rows; the name of a built-in intent widens that one and replaces its plan' }),
  examples: z.array(z.string().trim().min(1).max(500)).min(1).max(200).meta({
    unit: 'questions',
    why: 'Join the training data, 500 characters each; 30 or more make an intent as firm as the built-in ones',
  }),
  plan: z.strictObject(planChanges({})).prefault({}).meta({ unit: 'plan', why: 'What differs from the default plan' }),
  critical,
})

/** What a query is after, and what is done about it. */
export const intents = z
  .strictObject({
    threshold: ratio({
      unit: 'probability',
      default: 0.5,
      min: 0,
      ceiling: 1,
      why: 'The planned intents must be this likely together, or the default plan is used',
    }),
    share_threshold: ratio({
      unit: 'probability',
      default: 0.25,
      min: 0.05,
      ceiling: 1,
      why: 'An intent this likely gets its share of the plan; a query may carry several',
    }),
    silence_threshold: ratio({
      unit: 'probability',
      default: 0.9,
      min: 0.5,
      ceiling: 1,
      why: 'Only an intent this likely may retrieve nothing: at 0.9 none of 20,000 real questions was taken for small talk',
    }),
    classified_characters: limit({
      unit: 'characters',
      default: 1500,
      min: 100,
      ceiling: 4000,
      why: 'Half from the start and half from the end of a query; keeps classification under a millisecond',
    }),
    default_plan: plan,
    built_in: z
      .strictObject({
        lookup: intent({}),
        how_to: intent({}),
        troubleshoot: intent({}),
        // Always reranking comparisons made more than 30 % of all questions pay for it; reranking loses where an overview is wanted.
        compare: intent({}),
        overview: intent({ hierarchy: true, rerank: 'never' }),
        exact: intent({ vector_weight: 0.3 }),
        chitchat: intent({ retrieves: false }),
      })
      .prefault({}),
    custom: z
      .array(custom)
      .max(32)
      .refine((own) => new Set(own.map(({ name }) => name)).size === own.length, 'names an intent twice')
      .default([])
      .meta({ unit: 'intents', why: "The operator's own intents; more than 32 cannot be told apart by examples" }),
  })
  .prefault({})
