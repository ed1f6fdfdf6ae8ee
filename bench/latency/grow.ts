import type { TextDocument } from '../../src/core/types.ts'
import { edited, vocabularyOf } from './edits.ts'

/** Documents between two looks at how far the index has grown. */
const LOOK_EVERY = 16
/** Passes over the source after which something else is wrong: a source that yields no chunks. */
const MOST_PASSES = 10_000

/**
 * The source over and over, every repetition edited differently but always the same way, until `chunks()` has reached `target`.
 * What is in flight then still arrives: the index ends a little above.
 */
export async function* grow(source: readonly TextDocument[], target: number, chunks: () => Promise<number>): AsyncGenerator<TextDocument> {
  const vocabulary = vocabularyOf(source.map(({ content }) => content))
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    for (const [order, document] of source.entries()) {
      if (order % LOOK_EVERY === 0 && (await chunks()) >= target) return
      yield repeated(document, pass, order, vocabulary)
    }
  }
}

function repeated(document: TextDocument, pass: number, order: number, vocabulary: readonly string[]): TextDocument {
  const id = `${pass}/${document.id}` as TextDocument['id']
  if (pass === 0) return { ...document, id }
  return { ...document, id, content: edited(document.content, vocabulary, pass * 1_000_003 + order) }
}
