import { z } from 'zod'
import type { Amount, DuplicatesReport, SourceDuplicates } from '../../core/near/duplicates-report.ts'

const amount = z.strictObject({ chunks: z.number(), tokens: z.number() })

const sourceDuplicates = z.strictObject({
  source: z.string().describe('Metadata `source`, else host of the address, else folder of the id'),
  documents: z.number(),
  chunks: z.number(),
  tokens: z.number(),
  exact: amount.describe('The same text as a chunk before'),
  near: amount.describe('Nearly the same text as another chunk'),
  boilerplate: amount.describe('Places of boilerplate that are not searched'),
  redundant_share: z.number().describe('Tokens of the three kinds over all tokens'),
})

export const duplicatesSchema = z.strictObject({
  total: sourceDuplicates,
  sources: z.array(sourceDuplicates).describe('Most tokens first, at most 100; the rest is one, named `…`'),
  groups: z
    .array(z.strictObject({ chunks: z.number(), tokens: z.number(), text: z.string(), documents: z.array(z.string()) }))
    .describe('The ten largest groups of equal and nearly equal chunks, with some of their documents'),
})

export const duplicatesToWire = ({ total, sources, groups }: DuplicatesReport): z.input<typeof duplicatesSchema> => ({
  total: sourceToWire(total),
  sources: sources.map(sourceToWire),
  groups: groups.map((group) => ({ ...group, documents: [...group.documents] })),
})

function sourceToWire({ redundantShare, exact, near, boilerplate, ...rest }: SourceDuplicates): z.input<typeof sourceDuplicates> {
  const copy = ({ chunks, tokens }: Amount) => ({ chunks, tokens })
  return { ...rest, exact: copy(exact), near: copy(near), boilerplate: copy(boilerplate), redundant_share: redundantShare }
}
