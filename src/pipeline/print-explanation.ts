import type { Terminal } from '../core/ports/command.ts'

/** `explain` as it stands on the wire; only what is printed. */
export interface WireExplanation {
  readonly lexical_query: string
  readonly vector_query: string
  readonly identifiers: readonly string[]
  readonly intents: readonly { readonly label: string; readonly confidence: number; readonly share: number }[]
  readonly facets: readonly string[]
  readonly follow_up: { readonly carried: readonly string[]; readonly from: string } | null
  readonly relevance: { readonly probability: number; readonly threshold: number; readonly signals: Readonly<Record<string, number>> }
  readonly candidates: readonly WireCandidate[]
}

interface WireCandidate {
  readonly id: string
  readonly doc: string
  readonly value: number
  readonly tokens: number
  readonly fate: string
  readonly step: number | null
  readonly evidence: readonly { readonly leg: string; readonly rank: number; readonly score: number }[]
  readonly variants: readonly { readonly kind: string; readonly tokens: number; readonly gain: number }[]
}

const LEGS = ['lexical', 'vector', 'fused', 'rerank'] as const
/** Enough of an id to tell the passages of one document apart. */
const ID_CHARACTERS = 8

/** What was searched, then one line for each way to show each candidate. */
export function printExplanation(terminal: Terminal, explain: WireExplanation): void {
  const { follow_up: followUp } = explain
  if (followUp !== null) terminal.print(`carried over: ${followUp.carried.join(', ')} (from: ${followUp.from})`)
  terminal.print(`searched: ${explain.lexical_query}`)
  if (explain.vector_query !== explain.lexical_query) terminal.print(`encoded: ${explain.vector_query}`)
  if (explain.identifiers.length > 0) terminal.print(`identifiers: ${explain.identifiers.join(', ')}`)
  if (explain.facets.length > 0) terminal.print(`parts: ${explain.facets.join(' | ')}`)
  terminal.print(
    `intents: ${explain.intents.map(({ label, confidence, share }) => `${label} ${confidence.toFixed(2)} (share ${share.toFixed(2)})`).join(', ')}`,
  )
  const { probability, threshold, signals } = explain.relevance
  const told = Object.entries(signals).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  terminal.print(`relevance: ${probability.toFixed(2)}, answered from ${threshold.toFixed(2)} (${told.join(', ')})`)
  terminal.print('candidates, with rank:score of each leg, and what each way to show them would add at the end:')
  terminal.table(['candidate', ...LEGS, 'value', 'fate', 'step', 'shown as', 'tokens', 'gain'], explain.candidates.flatMap(rowsOf))
}

/** The candidate stands on its first line only. */
function rowsOf(candidate: WireCandidate): readonly (readonly string[])[] {
  const { id, doc, evidence, value, tokens, fate, step } = candidate
  const legs = LEGS.map((name) => {
    const found = evidence.find(({ leg }) => leg === name)
    return found === undefined ? '' : `${found.rank}:${found.score.toFixed(3)}`
  })
  const own = [`${doc} ${id.slice(0, ID_CHARACTERS)}`, ...legs, value.toFixed(3), fate, step === null ? '' : String(step)]
  const ways = candidate.variants.map((variant) => [variant.kind, String(variant.tokens), variant.gain.toFixed(3)])
  const [first = ['chunk', String(tokens), ''], ...others] = ways
  return [[...own, ...first], ...others.map((way) => [...own.map(() => ''), ...way])]
}
