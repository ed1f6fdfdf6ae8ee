import { z } from 'zod'
import type { Receipt, Usage } from '../../core/answer.ts'

const tokens = z.int().min(0)

/** What one answer took. */
export const usageSchema = z.strictObject({
  tokenizer: z.string().describe('What counted; `estimate(…)` where the model has no public tokenizer'),
  budget_tokens: tokens.describe('What the context could take: `window` and `reserve` counted, `auto` decided'),
  context_tokens: tokens.describe('Length of `context`; never above `budget_tokens`. The next four add up to it'),
  evidence_tokens: tokens.describe('Text of documents'),
  heading_tokens: tokens.describe('Titles, addresses and headings'),
  citation_tokens: tokens.describe('Citation marks'),
  template_tokens: tokens.describe('The template and its notice'),
  candidate_tokens: tokens.describe('Rendered tokens of every candidate that reached packing'),
  saved_tokens: tokens.describe('What the ten best candidates would have taken as whole passages, less `context_tokens`'),
  redundant_share: z.number().min(0).max(1).describe('Share of `candidate_tokens` that says again what better candidates say'),
  embed_tokens: tokens,
  rerank_pairs: z.int().min(0),
  cost_usd: z.number().min(0),
})

export function usageToWire(usage: Usage): z.output<typeof usageSchema> {
  return {
    tokenizer: usage.tokenizer,
    budget_tokens: usage.budgetTokens,
    context_tokens: usage.contextTokens,
    evidence_tokens: usage.evidenceTokens,
    heading_tokens: usage.headingTokens,
    citation_tokens: usage.citationTokens,
    template_tokens: usage.templateTokens,
    candidate_tokens: usage.candidateTokens,
    saved_tokens: usage.savedTokens,
    redundant_share: usage.redundantShare,
    embed_tokens: usage.embedTokens,
    rerank_pairs: usage.rerankPairs,
    cost_usd: usage.costUsd,
  }
}

/** Which versions made one answer. */
export const receiptSchema = z.strictObject({
  index: z.string(),
  version: z.string(),
  revision: z.int(),
  content: z.string().describe('Hash over the content of the revision'),
  profile: z.string(),
  embedder: z.string(),
  reranker: z.string().nullable(),
  intent_model: z.string(),
  packer: z.string(),
  calibration: z.string().describe('What values and confidence were calibrated with'),
  template: z.string(),
  config: z.string().describe('Hash of the configuration'),
  cohort: z.string(),
})

export function receiptToWire(receipt: Receipt): z.output<typeof receiptSchema> {
  return {
    index: receipt.index,
    version: receipt.version,
    revision: receipt.revision,
    content: receipt.content,
    profile: receipt.profile,
    embedder: receipt.embedder,
    reranker: receipt.reranker,
    intent_model: receipt.intentModel,
    packer: receipt.packer,
    calibration: receipt.calibration,
    template: receipt.template,
    config: receipt.config,
    cohort: receipt.cohort,
  }
}
