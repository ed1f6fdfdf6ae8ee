import type { Terminal } from '../core/ports/command.ts'
import { printExplanation, type WireExplanation } from './print-explanation.ts'

/** An answer as it stands on the wire; only what is printed. */
export interface WireAnswer {
  readonly outcome: string
  readonly context: string
  readonly items: readonly {
    readonly citation: string
    readonly title: string
    readonly heading: string
    readonly kind: string
    readonly tokens: number
    readonly score: number
    readonly also: readonly unknown[]
  }[]
  readonly dropped: readonly { readonly doc: string; readonly tokens: number; readonly score: number; readonly reason: string }[]
  readonly intent: { readonly label: string; readonly confidence: number }
  readonly confidence: number
  readonly min_tokens: number | null
  readonly next: readonly { readonly tokens: number; readonly gain: number; readonly adds: readonly string[] }[]
  readonly hints: readonly { readonly doc: string; readonly title: string }[]
  readonly usage: Readonly<Record<UsageNumber, number>> & { readonly tokenizer: string }
  readonly session: {
    readonly name: string
    readonly turns: number
    readonly tokens_used: number
    readonly tokens_left: number | null
    readonly expires_at: string
  } | null
  readonly rules: readonly {
    readonly name: string
    readonly version: string
    readonly effect: string
    readonly documents: readonly string[]
  }[]
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

type UsageNumber =
  | 'budget_tokens'
  | 'context_tokens'
  | 'evidence_tokens'
  | 'heading_tokens'
  | 'citation_tokens'
  | 'template_tokens'
  | 'candidate_tokens'
  | 'saved_tokens'
  | 'redundant_share'
  | 'cost_usd'

/** Dropped candidates shown one by one; all are counted. */
const SHOWN = 8

/** The context, then its receipt as tables. */
export function printAnswer(terminal: Terminal, answer: WireAnswer): void {
  terminal.print(answer.context === '' ? `(no context: ${answer.outcome}${wanted(answer)})` : answer.context)
  if (answer.hints.length > 0) terminal.print(`nearest: ${answer.hints.map(({ doc, title }) => `${title} (${doc})`).join(', ')}`)
  printSummary(terminal, answer)
  printItems(terminal, answer)
  printDropped(terminal, answer)
  printNext(terminal, answer)
  printRules(terminal, answer)
  terminal.table(
    ['stage', 'status', 'ms', 'in', 'out', 'reason'],
    answer.stages.map((stage) => [stage.name, stage.status, stage.ms.toFixed(1), String(stage.in), String(stage.out), stage.reason ?? '']),
  )
  terminal.table(
    ['receipt', ''],
    Object.entries(answer.receipt).map(([name, value]) => [name, String(value ?? '-')]),
  )
  if (answer.explain !== undefined) printExplanation(terminal, answer.explain)
}

const wanted = ({ min_tokens }: WireAnswer): string => (min_tokens === null ? '' : `, ${min_tokens} tokens would do`)

function printSummary(terminal: Terminal, { outcome, usage, intent, confidence, degraded, session }: WireAnswer): void {
  terminal.print(
    `${outcome}: ${usage.context_tokens} of ${usage.budget_tokens} tokens (${usage.tokenizer}): ${usage.evidence_tokens} evidence, ` +
      `${usage.heading_tokens} headings, ${usage.citation_tokens} citations, ${usage.template_tokens} template`,
  )
  terminal.print(
    `${usage.saved_tokens} tokens saved, ${(100 * usage.redundant_share).toFixed(0)} % of ${usage.candidate_tokens} candidate tokens redundant; ` +
      `intent ${intent.label} (${intent.confidence.toFixed(2)}), confidence ${confidence.toFixed(2)}, $${usage.cost_usd.toFixed(6)}${degraded ? '; DEGRADED' : ''}`,
  )
  if (session === null) return
  const left = session.tokens_left === null ? 'no limit' : `${session.tokens_left} left`
  terminal.print(`session ${session.name}: turn ${session.turns}, ${session.tokens_used} tokens used, ${left}, until ${session.expires_at}`)
}

function printItems(terminal: Terminal, { items }: WireAnswer): void {
  if (items.length === 0) return
  terminal.table(
    ['item', 'from', 'as', 'tokens', 'score', 'also in'],
    items.map(({ citation, title, heading, kind, tokens, score, also }) => [
      citation,
      [title, heading].filter((part) => part !== '').join(' › '),
      kind,
      String(tokens),
      score.toFixed(2),
      also.length === 0 ? '' : String(also.length),
    ]),
  )
}

/** How many for each reason, the most frequent first, then the first few one by one. */
function printDropped(terminal: Terminal, { dropped }: WireAnswer): void {
  if (dropped.length === 0) return
  const counts = Map.groupBy(dropped, ({ reason }) => reason)
  const frequent = [...counts].sort(([, a], [, b]) => b.length - a.length)
  terminal.print(`dropped: ${frequent.map(([reason, all]) => `${all.length} ${reason}`).join(', ')}`)
  const rest = dropped.length - SHOWN
  const rows = dropped.slice(0, SHOWN).map(({ doc, reason, tokens, score }) => [reason, doc, String(tokens), score.toFixed(2)])
  terminal.table(['dropped', 'document', 'tokens', 'score'], rest > 0 ? [...rows, ['…', `${rest} more`, '', '']] : rows)
}

function printNext(terminal: Terminal, { next }: WireAnswer): void {
  if (next.length === 0) return
  terminal.table(
    ['more tokens', 'gain', 'passages'],
    next.map(({ tokens, gain, adds }) => [`+${tokens}`, gain.toFixed(3), String(adds.length)]),
  )
}

function printRules(terminal: Terminal, { rules }: WireAnswer): void {
  if (rules.length === 0) return
  terminal.table(
    ['rule', 'version', 'effect', 'documents'],
    rules.map(({ name, version, effect, documents }) => [name, version, effect, documents.join(', ')]),
  )
}
