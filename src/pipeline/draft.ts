import type { DropReason } from '../core/answer.ts'
import type { ChunkId } from '../core/ids.ts'
import { passageText, type PassageText } from '../core/packing/passage-text.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Template } from '../core/render/template.ts'
import type { RuleEffects } from '../core/rules/apply-rules.ts'
import { sentRanges, type SentTexts } from '../core/session/sent.ts'
import { sliceOf, unsentRuns } from '../core/session/unsent.ts'
import type { Chunk } from '../core/types.ts'
import type { Candidate } from './load.ts'
import { ALONE, type Neighbours } from './neighbours.ts'
import type { SentenceValues } from './sentences.ts'

/** A candidate that does not compete. */
export interface Withheld {
  readonly candidate: Candidate
  readonly reason: Extract<DropReason, 'forbidden' | 'already_sent'>
  readonly value: number
}

export interface DraftInput {
  readonly neighbours: ReadonlyMap<ChunkId, Neighbours>
  readonly values: SentenceValues
  readonly sent: SentTexts
  readonly rules: RuleEffects
  readonly template: Template
  readonly counter: TokenCounter
}

/** A candidate before its units are valued and its variants made. */
export interface Draft {
  readonly candidate: Candidate
  /** From 1. */
  readonly rank: number
  readonly text: PassageText
  /** Every chunk that the passage shows some of, and where its units begin in the stored chunk: part of it may have been sent before. */
  readonly chunks: ReadonlyMap<ChunkId, { readonly chunk: Chunk; readonly firstUnit: number }>
  /** What is in front of it in its chunk was sent before. */
  readonly isRest: boolean
  /** Of each unit. */
  readonly values: readonly number[]
}

/** What is left of a candidate in this session, with its neighbours where all of it is left; of several runs the one that is worth most. */
export function draftOf(candidate: Candidate, rank: number, input: DraftInput): Draft | Withheld {
  const { values, sent, rules, neighbours, template, counter } = input
  const chunk = candidate.text
  const known = values.get(chunk.id) ?? []
  const value = Math.max(0, ...known)
  if (rules.forbidden.has(chunk.doc)) return { candidate, reason: 'forbidden', value }
  const worth = (from: number, to: number): number => known.slice(from, to).reduce((sum, each) => sum + each, 0)
  const runs = unsentRuns(chunk.sentences.length, sentRanges(sent, chunk)).toSorted((a, b) => worth(b.from, b.to) - worth(a.from, a.to))
  const run = runs[0]
  if (run === undefined) return { candidate, reason: 'already_sent', value }

  const slice = sliceOf(chunk, run)
  const isSent = ({ textHash }: Chunk): boolean => sent.has(textHash)
  const around = slice === chunk ? (neighbours.get(chunk.id) ?? ALONE) : ALONE
  const before = around.before.slice(around.before.findLastIndex(isSent) + 1)
  const end = around.after.findIndex(isSent)
  const after = end < 0 ? around.after : around.after.slice(0, end)
  const text = passageText(slice, before, after, { counter, escape: (body) => template.escape(body) })
  const stored = new Map([...before, chunk, ...after].map((each) => [each.id, each]))
  return {
    candidate,
    rank,
    text,
    isRest: run.from > 0,
    chunks: new Map([...stored].map(([id, each]) => [id, { chunk: each, firstUnit: id === chunk.id ? run.from : 0 }])),
    values: text.parts.flatMap((part) => {
      const first = part.chunk === chunk.id ? run.from : 0
      return (values.get(part.chunk) ?? []).slice(first, first + part.to - part.from)
    }),
  }
}
