import type { Item, Usage } from '../core/answer.ts'
import { costUsd, type Prices } from '../core/cost.ts'
import { citationMark, type Template } from '../core/render/template.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Offer } from './offer.ts'
import type { Rendered } from './render.ts'

export interface UsageInput {
  readonly offers: readonly Offer[]
  readonly items: readonly Item[]
  readonly rendered: Rendered
  readonly template: Template
  readonly counter: TokenCounter
  readonly tokenizer: string
  readonly budgetTokens: number
  readonly embedTokens: number
  readonly rerankPairs: number
}

/** How many passages a service without a budget would have put into the prompt. */
const NAIVE_PASSAGES = 10

export function usageOf(input: UsageInput, prices: Prices): Usage {
  const { offers, rendered, counter, tokenizer, budgetTokens, embedTokens, rerankPairs } = input
  const candidateTokens = offers.reduce((sum, { tokens, candidate }) => sum + tokens * (1 + candidate.twins.length), 0)
  const spent = { contextTokens: rendered.tokens, embedTokens, rerankPairs }
  return {
    tokenizer: counter.name,
    budgetTokens,
    ...partsOf(input),
    candidateTokens,
    savedTokens: Math.max(0, naiveTokens(offers) - rendered.tokens),
    redundantShare: candidateTokens === 0 ? 0 : redundantTokens(offers) / candidateTokens,
    ...spent,
    costUsd: costUsd(spent, prices, tokenizer),
  }
}

/** The tokens of the context by what they show. Seams are counted with the template, which has what the others leave. */
function partsOf({
  items,
  rendered,
  template,
  counter,
}: UsageInput): Pick<Usage, 'evidenceTokens' | 'headingTokens' | 'citationTokens' | 'templateTokens'> {
  const shown = rendered.documents.flatMap((document) => document.items)
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
  const heads = sum(shown.map((item) => counter.count(template.itemHead(item))))
  const citationTokens = Math.min(heads, sum(shown.map(({ citation }) => counter.count(citationMark(citation)))))
  const tails = shown.length * counter.count(template.itemTail)
  const titles = sum(rendered.documents.map(({ title }) => counter.count(template.documentHead(title))))
  const bodies = Math.max(0, sum(items.map(({ tokens }) => tokens)) - heads - tails)
  const headingTokens = Math.min(titles + heads - citationTokens, Math.max(0, rendered.tokens - bodies - citationTokens))
  // Parts may count for more than the whole, in which they share tokens.
  const evidenceTokens = Math.min(bodies, rendered.tokens - headingTokens - citationTokens)
  const templateTokens = rendered.tokens - evidenceTokens - headingTokens - citationTokens
  return { evidenceTokens, headingTokens, citationTokens, templateTokens }
}

/** The best passages whole, each duplicate a passage of its own. */
function naiveTokens(offers: readonly Offer[]): number {
  const passages = offers.flatMap(({ tokens, candidate }) => new Array<number>(1 + candidate.twins.length).fill(tokens))
  return passages.slice(0, NAIVE_PASSAGES).reduce((sum, tokens) => sum + tokens, 0)
}

/** Tokens of candidates that say again what better ones say: exact duplicates, and units of a cluster that was seen before. */
function redundantTokens(offers: readonly Offer[]): number {
  const seen = new Set<number>()
  let redundant = 0
  for (const { passage, candidate, tokens } of offers) {
    redundant += tokens * candidate.twins.length
    const own = passage.parts.find(({ chunk }) => chunk === passage.chunk)
    for (const unit of passage.units.slice(own?.from, own?.to)) {
      if (seen.has(unit.cluster)) redundant += unit.tokens
      seen.add(unit.cluster)
    }
  }
  return redundant
}
