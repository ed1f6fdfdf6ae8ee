import { z } from 'zod'
import type { RetrieveRequest } from '../../core/request.ts'
import type { HttpDefaults } from '../ports.ts'
import type { HttpSettings } from '../settings.ts'
import { readFilter } from './filter.ts'
import { feature, indexName, word } from './primitives.ts'

const DEFAULT_TOKENIZER = 'o200k_base'

const budget = (limits: HttpSettings) =>
  z
    .strictObject({
      tokens: z.int().min(1).max(limits.budgetTokens).describe('A ceiling, never a target: `usage.context_tokens` stays at or below it'),
      tokenizer: word
        .optional()
        .describe('Tokenizer encoding that counts; not together with `model`')
        .meta({ examples: ['o200k_base'] }),
      model: word
        .optional()
        .describe('Name of a model whose tokenizer counts; not together with `tokenizer`')
        .meta({ examples: ['gpt-4o'] }),
      max_items: z.int().min(1).max(limits.maxItems).nullish().describe('Most passages in the context'),
      per_document: z.number().gt(0).max(1).nullish().describe('Largest share of the budget that one document may take'),
    })
    .refine((value) => value.tokenizer === undefined || value.model === undefined, {
      message: 'tokenizer and model exclude each other',
      path: ['model'],
    })

export const retrieveBody = (limits: HttpSettings) =>
  z
    .strictObject({
      query: z.string().min(1).max(limits.queryCharacters).describe('The question as it was asked; it may be messy'),
      index: indexName.optional(),
      budget: budget(limits),
      filters: z
        .unknown()
        .optional()
        .meta({ anyOf: [{ $ref: '#/components/schemas/Filter' }, { type: 'null' }] }),
      intent: word.nullish().describe('Forces an intent; null classifies the query'),
      mode: z.enum(['auto', 'quick', 'thorough']).default('auto').describe('Effort: `quick` never reranks, `thorough` always does'),
      deadline_ms: z.int().min(1).max(limits.maxDeadlineMs).default(limits.deadlineMs).describe('Milliseconds until the answer is wanted'),
      feature: feature.nullish(),
      render: z.enum(['markdown', 'xml', 'json', 'plain']).default('markdown').describe('Template of the context'),
      explain: z.boolean().default(false).describe('Adds `explain`: what was searched, the plan, and the fate of each candidate'),
    })
    .meta({
      examples: [
        {
          query: 'how do I rotate an API key?',
          index: 'docs',
          budget: { tokens: 1500, tokenizer: DEFAULT_TOKENIZER, max_items: 12, per_document: 0.6 },
          mode: 'auto',
          deadline_ms: 800,
          feature: 'support-bot',
          render: 'markdown',
        },
      ],
    })

export type RetrieveBody = z.output<ReturnType<typeof retrieveBody>>

/** Rejects with AppError `invalid_filter`; the rest was checked by the schema. */
export function toRetrieveRequest(body: RetrieveBody, limits: HttpSettings, defaults: HttpDefaults): RetrieveRequest {
  return {
    query: body.query.toWellFormed(),
    index: body.index ?? defaults.index,
    budget: {
      tokens: body.budget.tokens,
      tokenizer: body.budget.model ?? body.budget.tokenizer ?? DEFAULT_TOKENIZER,
      maxItems: body.budget.max_items ?? null,
      perDocument: body.budget.per_document ?? null,
    },
    filter: readFilter(body.filters, limits),
    intent: body.intent ?? null,
    mode: body.mode,
    deadlineMs: body.deadline_ms,
    feature: body.feature ?? null,
    render: body.render,
    explain: body.explain,
  }
}
