import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { createPrng } from '../prng.ts'
import { shuffle } from '../shuffle.ts'
import { nearCopy, type NearCopy } from './near-copy.ts'
import type { Piece } from './piece.ts'

/** A near-duplicate of a piece of the corpus, as a document of its own. */
export interface Plant {
  readonly document: TextDocument
  readonly origin: Piece
  readonly copy: NearCopy
}

const SEED = 4_101
/** Of each piece at most; edited sentences do not all count as repeated, so it takes several to make a context half redundant. */
const COPIES = 4
/** Tokens a copy has at most: it must be one chunk of 512 whatever its edits did to the count. */
const COPY_TOKENS = 500

/** Near-duplicates of the pieces in a random order, the same for the same pieces; the first ones are planted first. */
export function plantsOf(
  pieces: readonly Piece[],
  documents: ReadonlyMap<DocumentId, TextDocument>,
  counter: TokenCounter,
): readonly Plant[] {
  const random = createPrng(SEED)
  const plants = pieces.flatMap((piece) => {
    const source = documents.get(piece.doc)
    if (source === undefined) return []
    const end = shortened(source.content, piece, counter)
    return Array.from({ length: COPIES }, (_, order): Plant => {
      const copy = nearCopy(source.content.slice(piece.start, end), random)
      const id = `${piece.doc}~${piece.start}-${end}~${order}` as DocumentId
      return { document: { ...source, id, mediaType: 'text/plain', content: copy.text }, origin: { ...piece, end }, copy }
    })
  })
  return shuffle(plants, random)
}

function shortened(text: string, { start, end }: Piece, counter: TokenCounter): number {
  let last = end
  while (counter.count(text.slice(start, last)) > COPY_TOKENS) last = start + Math.floor((last - start) * 0.97)
  return last
}

/** What a piece of a planted document says, as pieces of the original that it was copied from; other pieces are what they are. */
export function originsOf(plants: readonly Plant[]): (piece: Piece) => readonly Piece[] {
  const byId = new Map(plants.map((plant) => [plant.document.id, plant]))
  return (piece) => {
    const plant = byId.get(piece.doc)
    if (plant === undefined) return [piece]
    const { doc, start } = plant.origin
    const held = plant.copy.stretches.filter(({ copy }) => copy.start < piece.end && copy.end > piece.start)
    return held.map(({ copy, origin }) => {
      // Within a stretch both texts are the same, so a part of it is the same part of the original.
      const whole = copy.end - copy.start !== origin.end - origin.start
      const from = whole ? 0 : Math.max(piece.start - copy.start, 0)
      const cut = whole ? 0 : Math.max(copy.end - piece.end, 0)
      return { doc, start: start + origin.start + from, end: start + origin.end - cut }
    })
  }
}
