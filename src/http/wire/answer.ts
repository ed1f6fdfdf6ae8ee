import { z } from 'zod'
import type { Answer } from '../../core/answer.ts'
import { explanationSchema, explanationToWire } from './explanation.ts'
import { span } from './primitives.ts'

const tokens = z.int().min(0)

const item = z.strictObject({
  id: z.string().describe('Id of the passage'),
  doc: z.string().describe('Id of the document'),
  title: z.string(),
  uri: z.string().nullable(),
  heading: z.string().describe('Headings above the passage'),
  span,
  tokens: tokens.describe('As rendered, heading and citation mark included, measured alone'),
  score: z.number().describe('Calibrated probability that the passage is relevant'),
  citation: z.string().describe('The mark in `context`'),
  also: z.array(z.strictObject({ doc: z.string(), span })).describe('Where else the same text stands; paid for once'),
})

const dropped = z.strictObject({
  id: z.string(),
  doc: z.string(),
  tokens,
  score: z.number(),
  reason: z.enum(['duplicate', 'over_budget', 'low_value', 'per_document_cap']),
  duplicate_of: z.string().nullable(),
})

const usage = z.strictObject({
  tokenizer: z.string().describe('What counted; `estimate(…)` where the model has no public tokenizer'),
  budget_tokens: tokens,
  context_tokens: tokens.describe('Length of `context`; never above `budget_tokens`'),
  candidate_tokens: tokens.describe('Rendered tokens of every candidate that reached packing'),
  saved_tokens: tokens,
  embed_tokens: tokens,
  rerank_pairs: z.int().min(0),
  cost_usd: z.number().min(0),
})

const stage = z.strictObject({
  name: z.string(),
  status: z.enum(['ok', 'not_planned', 'skipped', 'degraded', 'timeout', 'failed']),
  ms: z.number(),
  in: z.int(),
  out: z.int(),
  reason: z.string().nullable(),
})

const receipt = z.strictObject({
  index: z.string(),
  version: z.string(),
  revision: z.int(),
  content: z.string().describe('Hash over the content of the revision'),
  profile: z.string(),
  embedder: z.string(),
  reranker: z.string().nullable(),
  intent_model: z.string(),
  packer: z.string(),
  template: z.string(),
  config: z.string().describe('Hash of the configuration'),
  cohort: z.string(),
})

export const answerSchema = z
  .strictObject({
    id: z.string(),
    outcome: z.enum(['ok', 'budget_too_small', 'no_relevant_context']),
    context: z.string().describe('The exact text to put into a prompt'),
    items: z.array(item),
    dropped: z.array(dropped).describe('Every candidate that reached packing and is not in `items`, with the reason'),
    intent: z.strictObject({ label: z.string(), confidence: z.number() }),
    confidence: z.number(),
    min_tokens: tokens.nullable().describe('What would have fitted, where the outcome is `budget_too_small`'),
    usage,
    stages: z.array(stage),
    degraded: z.boolean().describe('A planned stage failed, timed out or was skipped'),
    receipt,
    explain: explanationSchema.optional().describe('Only where the request asked for it'),
  })
  .meta({ id: 'Answer' })

export type WireAnswer = z.output<typeof answerSchema>

export function answerToWire(answer: Answer): WireAnswer {
  const { usage, receipt } = answer
  return {
    id: answer.id,
    outcome: answer.outcome,
    context: answer.context,
    items: answer.items.map((one) => ({
      id: one.id,
      doc: one.doc,
      title: one.title,
      uri: one.uri,
      heading: one.heading,
      span: [one.span.start, one.span.end],
      tokens: one.tokens,
      score: one.score,
      citation: one.citation,
      also: one.also.map((place) => ({ doc: place.doc, span: [place.span.start, place.span.end] })),
    })),
    dropped: answer.dropped.map((one) => ({
      id: one.id,
      doc: one.doc,
      tokens: one.tokens,
      score: one.score,
      reason: one.reason,
      duplicate_of: one.duplicateOf,
    })),
    intent: { label: answer.intent.label, confidence: answer.intent.confidence },
    confidence: answer.confidence,
    min_tokens: answer.minTokens,
    usage: {
      tokenizer: usage.tokenizer,
      budget_tokens: usage.budgetTokens,
      context_tokens: usage.contextTokens,
      candidate_tokens: usage.candidateTokens,
      saved_tokens: usage.savedTokens,
      embed_tokens: usage.embedTokens,
      rerank_pairs: usage.rerankPairs,
      cost_usd: usage.costUsd,
    },
    stages: answer.stages.map(({ name, status, ms, in: entered, out, reason }) => ({ name, status, ms, in: entered, out, reason })),
    degraded: answer.degraded,
    receipt: {
      index: receipt.index,
      version: receipt.version,
      revision: receipt.revision,
      content: receipt.content,
      profile: receipt.profile,
      embedder: receipt.embedder,
      reranker: receipt.reranker,
      intent_model: receipt.intentModel,
      packer: receipt.packer,
      template: receipt.template,
      config: receipt.config,
      cohort: receipt.cohort,
    },
    ...(answer.explain === null ? {} : { explain: explanationToWire(answer.explain) }),
  }
}
