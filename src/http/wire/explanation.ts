import { z } from 'zod'
import type { Explanation } from '../../core/answer.ts'

export const explanationSchema = z.strictObject({
  lexical_query: z.string().describe('What the full-text leg searched'),
  vector_query: z.string().describe('What was embedded'),
  identifiers: z.array(z.string()).describe('Names and error codes that were kept whole'),
  intents: z.array(z.strictObject({ label: z.string(), confidence: z.number(), share: z.number() })),
  plan: z.record(z.string(), z.unknown()),
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
    plan: { ...explanation.plan },
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
