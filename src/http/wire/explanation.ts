import { z } from 'zod'
import type { Explanation } from '../../core/answer.ts'

const count = z.int().min(0)

/** Named as in the configuration, section `intents`. */
const plan = z
  .strictObject({
    retrieves: z.boolean(),
    lexical_depth: count,
    vector_depth: count,
    fusion: z.enum(['min_max', 'rrf']),
    vector_weight: z.number().nullable(),
    rerank: z.enum(['never', 'auto', 'always']),
    rerank_depth: count,
    rerank_weight: z.number().nullable(),
    hierarchy: z.boolean(),
    max_documents: count.nullable(),
    budget_share: z.number(),
    price_per_1k_tokens: z.number(),
    critical: z.boolean(),
  })
  .describe('What was planned; null takes the value of the model profile, or no limit')

export const explanationSchema = z.strictObject({
  lexical_query: z.string().describe('What the full-text leg searched'),
  vector_query: z.string().describe('What was embedded'),
  identifiers: z.array(z.string()).describe('Names and error codes that were kept whole'),
  intents: z.array(z.strictObject({ label: z.string(), confidence: z.number(), share: z.number() })),
  plan,
  candidates: z.array(
    z.strictObject({
      id: z.string(),
      doc: z.string(),
      evidence: z.array(z.strictObject({ leg: z.enum(['lexical', 'vector', 'fused', 'rerank']), rank: z.int(), score: z.number() })),
      value: z.number(),
      tokens: z.int(),
      fate: z.enum(['packed', 'duplicate', 'over_budget', 'low_value', 'per_document_cap']),
    }),
  ),
})

export function explanationToWire(explanation: Explanation): z.output<typeof explanationSchema> {
  return {
    lexical_query: explanation.lexicalQuery,
    vector_query: explanation.vectorQuery,
    identifiers: [...explanation.identifiers],
    intents: explanation.intents.map(({ label, confidence, share }) => ({ label, confidence, share })),
    plan: planToWire(explanation.plan),
    candidates: explanation.candidates.map((one) => ({
      id: one.id,
      doc: one.doc,
      evidence: one.evidence.map(({ leg, rank, score }) => ({ leg, rank, score })),
      value: one.value,
      tokens: one.tokens,
      fate: one.fate,
    })),
  }
}

function planToWire(planned: Explanation['plan']): z.output<typeof plan> {
  return {
    retrieves: planned.retrieves,
    lexical_depth: planned.lexicalDepth,
    vector_depth: planned.vectorDepth,
    fusion: planned.fusion,
    vector_weight: planned.vectorWeight,
    rerank: planned.rerank,
    rerank_depth: planned.rerankDepth,
    rerank_weight: planned.rerankWeight,
    hierarchy: planned.hierarchy,
    max_documents: planned.maxDocuments,
    budget_share: planned.budgetShare,
    price_per_1k_tokens: planned.pricePer1kTokens,
    critical: planned.critical,
  }
}
