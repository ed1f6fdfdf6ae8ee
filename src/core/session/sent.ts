import type { SessionTurn, UnitRange } from '../ports/session-store.ts'
import type { Chunk } from '../types.ts'

/** What was sent, by text: which units of it. */
export type SentTexts = ReadonlyMap<string, readonly UnitRange[]>

export const NOTHING_SENT: SentTexts = new Map()

/** What the turns of a session sent together, ranges sorted and merged. */
export function sentTexts(turns: readonly SessionTurn[]): SentTexts {
  const ranges = Map.groupBy(
    turns.flatMap(({ sent }) => sent),
    ({ textHash }) => textHash,
  )
  return new Map([...ranges].map(([hash, sent]) => [hash, union(sent)]))
}

/**
 * Units of `chunk` that were sent before: sorted, disjoint, not touching, within its units. The text decides: a chunk whose text
 * changed was not sent, whatever its id; the same text in another document was.
 */
export function sentRanges(sent: SentTexts, { textHash, sentences }: Pick<Chunk, 'textHash' | 'sentences'>): readonly UnitRange[] {
  return (sent.get(textHash) ?? [])
    .map(({ from, to }) => ({ from, to: Math.min(to, sentences.length) }))
    .filter(({ from, to }) => from < to)
}

function union(ranges: readonly UnitRange[]): UnitRange[] {
  const merged: UnitRange[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || from > last.to) merged.push({ from, to })
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, to) }
  }
  return merged
}
