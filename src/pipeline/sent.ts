import type { SentPassage } from '../core/ports/session-store.ts'
import type { LaidDocument } from './lay-out.ts'

/** Which units of which stored chunks the context shows. */
export function sentPassages(documents: readonly LaidDocument[]): readonly SentPassage[] {
  const items = documents.flatMap((document) => document.items)
  return items.flatMap(({ offers, shown }) =>
    shown.flatMap(({ passage, variant }, at) =>
      passage.parts.flatMap((part): readonly SentPassage[] => {
        const stored = offers[at]?.chunks.get(part.chunk)
        const [from, to] = [Math.max(part.from, variant.from), Math.min(part.to, variant.to)]
        if (stored === undefined || from >= to) return []
        const { chunk, firstUnit } = stored
        const first = firstUnit - part.from
        return [{ doc: chunk.doc, chunk: chunk.id, textHash: chunk.textHash, from: first + from, to: first + to }]
      }),
    ),
  )
}
