import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { TextDocument } from '../../src/core/types.ts'
import type { Corpus } from '../build-index.ts'
import { corpusOf } from './corpus-of.ts'
import type { Piece } from './piece.ts'
import { CHUNKERS, type Baseline } from './systems.ts'

/** A chunk of a baseline: a row of its own in the index. */
export interface BaselineChunk extends Piece {
  /** Body tokens: baselines pay for nothing else. */
  readonly tokens: number
  /** Where the same text stands as another chunk. */
  readonly twins: readonly Piece[]
}

export interface ChunkedCorpus {
  readonly corpus: Corpus
  readonly chunks: ReadonlyMap<DocumentId, BaselineChunk>
}

/** The same documents cut by a baseline's chunker. Each chunk is a document of the index, under the title of the one that it was cut from. */
export function chunkCorpus(
  name: string,
  documents: readonly TextDocument[],
  chunker: Baseline['chunks'],
  counter: TokenCounter,
): ChunkedCorpus {
  const rows: TextDocument[] = []
  const pieces = new Map<DocumentId, Piece>()
  for (const document of documents) {
    for (const span of CHUNKERS[chunker](document.content, counter)) {
      const id = `${document.id}#${span.start}-${span.end}` as DocumentId
      rows.push({ ...document, id, mediaType: 'text/plain', content: document.content.slice(span.start, span.end) })
      pieces.set(id, { doc: document.id, ...span })
    }
  }
  const byText = Map.groupBy(rows, ({ content }) => content)
  const chunks = rows.map(({ id, content }): [DocumentId, BaselineChunk] => {
    const own = pieces.get(id) ?? { doc: id, start: 0, end: 0 }
    const twins = (byText.get(content) ?? []).flatMap((twin) => (twin.id === id ? [] : (pieces.get(twin.id) ?? [])))
    return [id, { ...own, tokens: counter.count(content), twins }]
  })
  return { corpus: corpusOf(`${name}-${chunker}`, rows), chunks: new Map(chunks) }
}
