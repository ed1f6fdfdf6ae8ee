import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { Piece } from './piece.ts'

/** A text that answers a question, and every place of the corpus where exactly this text stands. */
export interface Reference {
  readonly text: string
  readonly tokens: number
  /** Characters that are not white space: chunkers disagree about who keeps the rest. */
  readonly characters: number
  readonly places: readonly { readonly doc: DocumentId; readonly start: number }[]
}

/** A reference with its places looked up in all documents: text that stands twice is found wherever a system packs it. */
export function referenceOf(text: string, documents: ReadonlyMap<DocumentId, string>, counter: TokenCounter): Reference {
  const places: { doc: DocumentId; start: number }[] = []
  for (const [doc, content] of documents) {
    for (let start = content.indexOf(text); start >= 0; start = content.indexOf(text, start + 1)) places.push({ doc, start })
  }
  return { text, tokens: counter.count(text), characters: text.replaceAll(/\s/g, '').length, places }
}

/** Share of the reference's characters that the pieces hold, at whichever of its places; 0 to 1. */
export function covered(reference: Reference, pieces: readonly Piece[]): number {
  const { text, characters, places } = reference
  const marks = new Uint8Array(text.length)
  for (const { doc, start } of places) {
    for (const piece of pieces) {
      if (piece.doc !== doc) continue
      const from = Math.max(piece.start - start, 0)
      const to = Math.min(piece.end - start, text.length)
      if (from < to) marks.fill(1, from, to)
    }
  }
  let found = 0
  for (let at = 0; at < text.length; at += 1) if (marks[at] === 1 && !isSpace(text.charCodeAt(at))) found += 1
  return characters === 0 ? 0 : found / characters
}

const isSpace = (code: number): boolean => /\s/.test(String.fromCharCode(code))
