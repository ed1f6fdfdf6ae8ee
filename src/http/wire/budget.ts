import { z } from 'zod'
import { budgetCeiling, reservedTokens, tokensLeft, type ModelWindow } from '../../core/budget/window.ts'
import type { Budget } from '../../core/request.ts'
import type { HttpSettings } from '../settings.ts'
import { word } from './primitives.ts'

export const DEFAULT_TOKENIZER = 'o200k_base'

const share = z.number().gt(0).max(1).nullish()

export const budgetBody = (limits: HttpSettings) =>
  z
    .strictObject({
      tokens: z
        .union(
          [z.int().min(1).max(limits.budgetTokens), z.literal('auto')],
          `must be a whole number from 1 to ${limits.budgetTokens}, or "auto"`,
        )
        .describe(
          'A ceiling, never a target: `usage.context_tokens` stays at or below it. `auto` takes as many as are worth it for this question, ' +
            `up to what the window leaves, or up to ${limits.autoCeilingTokens} without one`,
        )
        .meta({ examples: [1500, 'auto'] }),
      tokenizer: word
        .optional()
        .describe('Tokenizer encoding that counts; not together with `model`')
        .meta({ examples: [DEFAULT_TOKENIZER] }),
      model: word
        .optional()
        .describe('Name of a model whose tokenizer counts; not together with `tokenizer`')
        .meta({ examples: ['gpt-4o'] }),
      window: z
        .int()
        .min(1)
        .max(limits.windowTokens)
        .nullish()
        .describe('Tokens that the model reads in all; the budget is at most what `reserve` leaves of them')
        .meta({ examples: [128_000] }),
      reserve: z
        .record(word, z.int().min(0).max(limits.windowTokens))
        .refine((parts) => Object.keys(parts).length <= limits.reserveParts, `must not have more than ${limits.reserveParts} parts`)
        .nullish()
        .describe('Tokens of the window that other parts of the prompt and the answer take, by names of your own; only with `window`')
        .meta({ examples: [{ system: 600, history: 2000, answer: 1000 }] }),
      max_items: z.int().min(1).max(limits.maxItems).nullish().describe('Most passages in the context'),
      per_document: share.describe('Largest share of the budget that one document may take'),
      per_source: share.describe('Largest share of the budget that the documents of one source may take together'),
    })
    .superRefine((value, context) => {
      const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
      if (value.tokenizer !== undefined && value.model !== undefined) refuse('model', 'tokenizer and model exclude each other')
      const window = windowOf(value)
      if (value.reserve != null && window === null) refuse('reserve', 'needs window: it says what of the window is taken')
      if (window !== null && tokensLeft(window) <= 0)
        refuse('reserve', `takes ${reservedTokens(window)} of the ${window.tokens} tokens of window; nothing is left for the context`)
    })

type BudgetBody = z.output<ReturnType<typeof budgetBody>>

export function toBudget(body: BudgetBody, limits: HttpSettings): Budget {
  return {
    tokens: budgetCeiling(body.tokens, windowOf(body), { most: limits.budgetTokens, autoCeiling: limits.autoCeilingTokens }),
    auto: body.tokens === 'auto',
    tokenizer: body.model ?? body.tokenizer ?? DEFAULT_TOKENIZER,
    maxItems: body.max_items ?? null,
    perDocument: body.per_document ?? null,
    perSource: body.per_source ?? null,
  }
}

const windowOf = ({ window, reserve }: Pick<BudgetBody, 'window' | 'reserve'>): ModelWindow | null =>
  window == null ? null : { tokens: window, reserve: reserve ?? {} }
