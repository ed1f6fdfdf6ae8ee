import { z } from 'zod'
import type { RetrieveRequest } from '../../core/request.ts'
import type { HttpDefaults } from '../ports.ts'
import type { HttpSettings } from '../settings.ts'
import { budgetBody, DEFAULT_TOKENIZER, toBudget } from './budget.ts'
import { readFilter } from './filter.ts'
import { documentId, feature, indexReference, word } from './primitives.ts'
import { checkSession, sessionFields, toSession } from './session.ts'

/** What a question must have some of. */
const VISIBLE = /[^\s\p{C}]/u

export const retrieveBody = (limits: HttpSettings) =>
  z
    .strictObject({
      query: z
        .string()
        .min(1)
        .max(limits.queryCharacters)
        .refine((query) => query === '' || VISIBLE.test(query), 'must hold more than white space and control characters')
        .describe('The question as it was asked; it may be messy'),
      index: indexReference.optional(),
      budget: budgetBody(limits),
      filters: z
        .unknown()
        .optional()
        .meta({ anyOf: [{ $ref: '#/components/schemas/Filter' }, { type: 'null' }] }),
      require: z
        .array(documentId)
        .max(limits.requiredDocuments)
        .refine((ids) => new Set(ids).size === ids.length, 'must not repeat an id')
        .default([])
        .describe('Documents that must be in the context, whatever the question')
        .meta({ examples: [['policy/refunds.md']] }),
      intent: word.nullish().describe('Forces an intent; null classifies the query'),
      mode: z.enum(['auto', 'quick', 'thorough']).default('auto').describe('Effort: `quick` never reranks, `thorough` always does'),
      deadline_ms: z.int().min(1).max(limits.maxDeadlineMs).default(limits.deadlineMs).describe('Milliseconds until the answer is wanted'),
      feature: feature.nullish(),
      ...sessionFields(limits),
      render: z.enum(['markdown', 'xml', 'json', 'plain']).default('markdown').describe('Template of the context'),
      excerpts: z
        .boolean()
        .nullish()
        .describe('Whether passages may be cut to their best sentences; null takes the setting `packing.excerpts`'),
      notice: z.boolean().default(false).describe('A degraded, unsure or stale answer says so inside the context, within the budget'),
      explain: z.boolean().default(false).describe('Adds `explain`: what was searched, the plan, and the fate of each candidate'),
    })
    .superRefine(checkSession)
    .meta({
      examples: [
        {
          query: 'how do I rotate an API key?',
          index: 'docs',
          budget: {
            tokens: 1500,
            tokenizer: DEFAULT_TOKENIZER,
            window: 128_000,
            reserve: { system: 600, history: 2000, answer: 1000 },
            max_items: 12,
            per_document: 0.6,
          },
          require: ['policy/keys.md'],
          mode: 'auto',
          deadline_ms: 800,
          feature: 'support-bot',
          session: 'conv-42',
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
    budget: toBudget(body.budget, limits),
    filter: readFilter(body.filters, limits),
    require: body.require,
    intent: body.intent ?? null,
    mode: body.mode,
    deadlineMs: body.deadline_ms,
    feature: body.feature ?? null,
    session: toSession(body),
    render: body.render,
    excerpts: body.excerpts ?? null,
    notice: body.notice,
    explain: body.explain,
  }
}
