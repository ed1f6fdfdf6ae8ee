import { z } from 'zod'
import { DROP_REASONS, VARIANT_KINDS, type ExplainedCandidate, type Explanation } from '../../core/answer.ts'
import { EVIDENCE_SCORERS } from '../../core/evidence/model.ts'
import { span } from './primitives.ts'

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

const variant = z.strictObject({
  kind: z.enum(VARIANT_KINDS),
  span,
  tokens: count.describe('As rendered'),
  gain: z.number().describe('What it would add to what was packed at the end; 0 for what is packed'),
})

const candidate = z.strictObject({
  id: z.string(),
  doc: z.string(),
  evidence: z
    .array(z.strictObject({ leg: z.enum(['lexical', 'vector', 'fused', 'rerank']), rank: z.int(), score: z.number() }))
    .describe('Rank, from 1, and score in each leg that found it'),
  value: z.number().describe('Calibrated probability that the passage is relevant'),
  tokens: count.describe('As a whole chunk'),
  variants: z.array(variant).describe('The ways to show it, smallest first'),
  fate: z.enum(['packed', ...DROP_REASONS]),
  step: z.int().min(1).nullable().describe('Step of packing at which it was first packed; null where it was not'),
})

const signal = z.number()

const relevance = z
  .strictObject({
    probability: z.number().describe('That the index can answer the question at all'),
    threshold: z.number().describe('Less relevant questions are not answered; 0 answers all'),
    scorer: z.enum(EVIDENCE_SCORERS).describe('Whether both legs ranked the candidates, or words alone'),
    signals: z.strictObject({ cosine: signal, lead: signal, passage: signal, sentence: signal, bm25: signal }),
    shown: z.number().describe('Share of the expected evidence of all candidates that the context shows'),
    tokens: z.number().describe('ln(1 + tokens) of what it shows'),
  })
  .describe('What `confidence` and abstaining follow from')

export const explanationSchema = z.strictObject({
  lexical_query: z.string().describe('What the full-text leg searched'),
  vector_query: z.string().describe('What was embedded'),
  identifiers: z.array(z.string()).describe('Names and error codes that were kept whole'),
  intents: z.array(z.strictObject({ label: z.string(), confidence: z.number(), share: z.number() })),
  plan,
  facets: z.array(z.string()).describe('The parts of the question; each is covered before any gets more'),
  follow_up: z
    .strictObject({ carried: z.array(z.string()), from: z.string() })
    .nullable()
    .describe('What a short question of a session left out, and the earlier question that it was taken from'),
  relevance,
  candidates: z.array(candidate),
})

export function explanationToWire(explanation: Explanation): z.output<typeof explanationSchema> {
  const { followUp } = explanation
  return {
    lexical_query: explanation.lexicalQuery,
    vector_query: explanation.vectorQuery,
    identifiers: [...explanation.identifiers],
    intents: explanation.intents.map(({ label, confidence, share }) => ({ label, confidence, share })),
    plan: planToWire(explanation.plan),
    facets: [...explanation.facets],
    follow_up: followUp === null ? null : { carried: [...followUp.carried], from: followUp.from },
    relevance: { ...explanation.relevance, signals: { ...explanation.relevance.signals } },
    candidates: explanation.candidates.map(candidateToWire),
  }
}

function candidateToWire(one: ExplainedCandidate): z.output<typeof candidate> {
  return {
    id: one.id,
    doc: one.doc,
    evidence: one.evidence.map(({ leg, rank, score }) => ({ leg, rank, score })),
    value: one.value,
    tokens: one.tokens,
    variants: one.variants.map((way) => ({ kind: way.kind, span: [way.span.start, way.span.end], tokens: way.tokens, gain: way.gain })),
    fate: one.fate,
    step: one.step,
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
