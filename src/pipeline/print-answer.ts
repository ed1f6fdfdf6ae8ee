import type { Terminal } from '../core/ports/command.ts'

/** An answer as it stands on the wire; only what is printed. */
export interface WireAnswer {
  readonly outcome: string
  readonly context: string
  readonly items: readonly {
    readonly citation: string
    readonly title: string
    readonly heading: string
    readonly tokens: number
    readonly score: number
    readonly also: readonly unknown[]
  }[]
  readonly dropped: readonly { readonly doc: string; readonly tokens: number; readonly score: number; readonly reason: string }[]
  readonly intent: { readonly label: string; readonly confidence: number }
  readonly confidence: number
  readonly min_tokens: number | null
  readonly usage: Readonly<
    Record<'budget_tokens' | 'context_tokens' | 'candidate_tokens' | 'saved_tokens' | 'rerank_pairs' | 'cost_usd', number>
  > & { readonly tokenizer: string }
  readonly stages: readonly {
    readonly name: string
    readonly status: string
    readonly ms: number
    readonly in: number
    readonly out: number
    readonly reason: string | null
  }[]
  readonly degraded: boolean
  readonly receipt: Readonly<Record<string, string | number | null>>
  readonly explain?: WireExplanation
}

interface WireExplanation {
  readonly lexical_query: string
  readonly vector_query: string
  readonly identifiers: readonly string[]
  readonly intents: readonly { readonly label: string; readonly confidence: number; readonly share: number }[]
  readonly candidates: readonly {
    readonly doc: string
    readonly value: number
    readonly tokens: number
    readonly fate: string
    readonly evidence: readonly { readonly leg: string; readonly rank: number; readonly score: number }[]
  }[]
}

/** Refused candidates shown one by one; the rest are counted. */
const SHOWN = 8

/** The context, then its receipt as tables. */
export function printAnswer(terminal: Terminal, answer: WireAnswer): void {
  terminal.print(
    answer.context === ''
      ? `(no context: ${answer.outcome}${answer.min_tokens === null ? '' : `, ${answer.min_tokens} tokens would do`})`
      : answer.context,
  )
  const { usage, intent } = answer
  terminal.print(
    `${answer.outcome}: ${usage.context_tokens} of ${usage.budget_tokens} tokens (${usage.tokenizer}), ${usage.saved_tokens} of ${usage.candidate_tokens} candidate tokens saved; ` +
      `intent ${intent.label} (${intent.confidence.toFixed(2)}), confidence ${answer.confidence.toFixed(2)}, $${usage.cost_usd.toFixed(6)}${answer.degraded ? '; DEGRADED' : ''}`,
  )
  printItems(terminal, answer)
  printDropped(terminal, answer)
  terminal.table(
    ['stage', 'status', 'ms', 'in', 'out', 'reason'],
    answer.stages.map(({ name, status, ms, in: taken, out, reason }) => [
      name,
      status,
      ms.toFixed(1),
      String(taken),
      String(out),
      reason ?? '',
    ]),
  )
  terminal.table(
    ['receipt', ''],
    Object.entries(answer.receipt).map(([name, value]) => [name, String(value ?? '-')]),
  )
  if (answer.explain !== undefined) printExplanation(terminal, answer.explain)
}

function printItems(terminal: Terminal, { items }: WireAnswer): void {
  if (items.length === 0) return
  terminal.table(
    ['item', 'from', 'tokens', 'score', 'also in'],
    items.map(({ citation, title, heading, tokens, score, also }) => [
      citation,
      [title, heading].filter((part) => part !== '').join(' › '),
      String(tokens),
      score.toFixed(2),
      also.length === 0 ? '' : String(also.length),
    ]),
  )
}

function printDropped(terminal: Terminal, { dropped }: WireAnswer): void {
  if (dropped.length === 0) return
  const rest = dropped.length - SHOWN
  const rows = dropped.slice(0, SHOWN).map(({ doc, reason, tokens, score }) => [reason, doc, String(tokens), score.toFixed(2)])
  terminal.table(['dropped', 'document', 'tokens', 'score'], rest > 0 ? [...rows, ['…', `${rest} more`, '', '']] : rows)
}

function printExplanation(terminal: Terminal, explain: WireExplanation): void {
  terminal.print(`searched: ${explain.lexical_query}`)
  if (explain.vector_query !== explain.lexical_query) terminal.print(`encoded: ${explain.vector_query}`)
  if (explain.identifiers.length > 0) terminal.print(`identifiers: ${explain.identifiers.join(', ')}`)
  terminal.print(
    `intents: ${explain.intents.map(({ label, confidence, share }) => `${label} ${confidence.toFixed(2)} (share ${share.toFixed(2)})`).join(', ')}`,
  )
  terminal.table(
    ['candidate', 'evidence (leg rank:score)', 'value', 'tokens', 'fate'],
    explain.candidates.map(({ doc, evidence, value, tokens, fate }) => [
      doc,
      evidence.map(({ leg, rank, score }) => `${leg} ${rank}:${score.toFixed(3)}`).join(' '),
      value.toFixed(3),
      String(tokens),
      fate,
    ]),
  )
}
