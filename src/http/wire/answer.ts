import { z } from 'zod'
import { DROP_REASONS, RULE_EFFECTS, STAGE_STATUSES, VARIANT_KINDS, type Answer } from '../../core/answer.ts'
import { explanationSchema, explanationToWire } from './explanation.ts'
import { span } from './primitives.ts'
import { receiptSchema, receiptToWire, usageSchema, usageToWire } from './receipt.ts'
import { sessionSchema, sessionToWire } from './session.ts'

const tokens = z.int().min(0)

const item = z.strictObject({
  id: z.string().describe('Id of the passage'),
  doc: z.string().describe('Id of the document'),
  title: z.string(),
  uri: z.string().nullable().describe('Address of the document; `#page=N` is added for one with pages'),
  heading: z.string().describe('Headings above the passage'),
  span,
  pages: z.tuple([z.int(), z.int()]).nullable().describe('First and last page of the passage, from 1; null for a document without pages'),
  kind: z
    .enum(VARIANT_KINDS)
    .describe('How the passage is shown: its best sentences, the chunk, the chunk with its neighbours, the section'),
  tokens: tokens.describe("As rendered: citation mark, heading line and text; the document's own heading not"),
  score: z.number().describe('Calibrated probability that the passage is relevant'),
  citation: z.string().describe('The mark in `context`'),
  chunks: z.array(z.string()).describe('Ids of every chunk that the item shows some of; the first is `id`'),
  also: z.array(z.strictObject({ doc: z.string(), span })).describe('Where else the same text stands; paid for once'),
})

const dropped = z.strictObject({
  id: z.string(),
  doc: z.string(),
  tokens,
  score: z.number(),
  reason: z.enum(DROP_REASONS),
  duplicate_of: z.string().nullable().describe('The passage that says the same, where the reason is `duplicate` or `covered_by`'),
})

const stage = z.strictObject({
  name: z.string(),
  status: z.enum(STAGE_STATUSES),
  ms: z.number(),
  in: z.int(),
  out: z.int(),
  reason: z.string().nullable(),
})

const next = z.strictObject({
  tokens: tokens.describe('Tokens beyond those of the context'),
  gain: z.number().describe('Evidence that they would add, expected'),
  adds: z.array(z.string()).describe('Ids of the passages that they would add or show more of'),
})

const rule = z.strictObject({
  name: z.string(),
  version: z.string(),
  effect: z.enum(RULE_EFFECTS),
  documents: z.array(z.string()),
})

export const answerSchema = z
  .strictObject({
    id: z.string(),
    outcome: z
      .enum(['ok', 'budget_too_small', 'no_relevant_context', 'no_new_context'])
      .describe('`no_new_context`: everything relevant was sent before in this session'),
    context: z.string().describe('The exact text to put into a prompt'),
    items: z.array(item),
    dropped: z.array(dropped).describe('Every candidate that reached packing and is not in `items`, with the reason'),
    intent: z.strictObject({ label: z.string(), confidence: z.number() }),
    confidence: z.number().describe('Calibrated probability that the evidence is in the context'),
    min_tokens: tokens.nullable().describe('What would have fitted, where the outcome is `budget_too_small`'),
    next: z.array(next).describe('What a larger budget would buy, smallest step first'),
    hints: z
      .array(z.strictObject({ doc: z.string(), title: z.string() }))
      .describe('The nearest documents where nothing was relevant; empty otherwise'),
    usage: usageSchema,
    session: sessionSchema.nullable(),
    rules: z.array(rule).describe('Rules of the configuration that applied, and what they did'),
    stages: z.array(stage),
    degraded: z.boolean().describe('A planned stage failed, timed out or was skipped'),
    receipt: receiptSchema,
    explain: explanationSchema.optional().describe('Only where the request asked for it'),
  })
  .meta({ id: 'Answer' })

export type WireAnswer = z.output<typeof answerSchema>

export function answerToWire(answer: Answer): WireAnswer {
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
      pages: one.pages === null ? null : [one.pages[0], one.pages[1]],
      kind: one.kind,
      tokens: one.tokens,
      score: one.score,
      citation: one.citation,
      chunks: [...one.chunks],
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
    next: answer.next.map(({ tokens, gain, adds }) => ({ tokens, gain, adds: [...adds] })),
    hints: answer.hints.map(({ doc, title }) => ({ doc, title })),
    usage: usageToWire(answer.usage),
    session: answer.session === null ? null : sessionToWire(answer.session),
    rules: answer.rules.map(({ name, version, effect, documents }) => ({ name, version, effect, documents: [...documents] })),
    stages: answer.stages.map(({ name, status, ms, in: entered, out, reason }) => ({ name, status, ms, in: entered, out, reason })),
    degraded: answer.degraded,
    receipt: receiptToWire(answer.receipt),
    ...(answer.explain === null ? {} : { explain: explanationToWire(answer.explain) }),
  }
}
