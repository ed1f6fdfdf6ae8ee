import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../src/core/errors.ts'
import type { ChunkId } from '../../src/core/ids.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { TokenCounters } from '../../src/core/ports/token-counter.ts'
import { prefixOf } from '../../src/core/text/passage-prefix.ts'
import { pagesOf } from '../../src/core/text/pages.ts'
import { stableHash, textHash } from '../../src/core/text/normalise.ts'
import type { Chunk, IndexDeclaration, ParsedDocument, Span } from '../../src/core/types.ts'
import type { ParsedBlock } from '../parse/parsed.ts'
import type { ParsedSource } from '../parse/parse.ts'
import type { IngestSettings } from '../settings.ts'
import { measureDocuments, type MeasuredDocument } from './measure-documents.ts'
import { segment } from './segment.ts'
import { sentenceTokens } from './sentence-tokens.ts'
import { atomsOf } from './atoms.ts'
import type { Boilerplate } from './boilerplate.ts'
import { placeBlocks } from './section.ts'
import type { TokenMeasure } from './token-measure.ts'

/** Part of every content hash: moves when the same text would be chunked in another way. */
const CHUNKER_VERSION = 'chunk-2'

/** Names everything but the document that decides its chunks. */
export function chunkerName({ targetTokens, maxTokens, chunkCharacters }: IngestSettings): string {
  return [CHUNKER_VERSION, targetTokens, maxTokens, chunkCharacters].join('/')
}

export interface Chunker {
  readonly declaration: IndexDeclaration
  readonly settings: IngestSettings
  readonly measure: TokenMeasure
  readonly counters: TokenCounters
  /** Absent where nothing is recognised as boilerplate. */
  readonly boilerplate?: Boilerplate | undefined
}

export type Chunked =
  { readonly document: ParsedDocument; readonly chunks: readonly Chunk[] } | { readonly document: ParsedDocument; readonly error: AppError }

/**
 * Chunks of each document, in order. Chunks do not overlap; what stands between them is white space and headings that stand in the heading path
 * of the chunk behind them (a heading that repeats the title: in its title). With the text of their prefix none is over `max_tokens`,
 * but for boilerplate, which is not cut.
 * Declared with unit `document`, an index gets each document as one chunk, whatever its length.
 */
export async function chunkDocuments(sources: readonly ParsedSource[], chunker: Chunker, limits: Limits): Promise<readonly Chunked[]> {
  if (chunker.declaration.unit === 'document') {
    return eachYielding(sources, (source) => ({ document: source.document, chunks: [wholeDocument(source, chunker)] }))
  }
  const parted = (await chunker.boilerplate?.part(sources, limits)) ?? sources.map((source) => ({ content: source, boilerplate: [] }))
  const contents = parted.map(({ content }) => content)
  const chunked: Chunked[] = []
  for (const [at, each] of (await measureDocuments(contents, chunker, limits)).entries()) {
    const { content, boilerplate } = parted[at] ?? { content: { pageStarts: [] }, boilerplate: [] }
    const result = await chunkDocument(each, content.pageStarts, chunker)
    chunked.push('error' in result || boilerplate.length === 0 ? result : withBoilerplate(result, boilerplate, content.pageStarts, chunker))
  }
  return chunked
}

async function chunkDocument(
  { document, atoms, tokens, prefixes }: MeasuredDocument,
  pageStarts: readonly number[],
  chunker: Chunker,
): Promise<Chunked> {
  const segments = segment(atoms, tokens, prefixes, chunker.settings)
  const limit = chunker.settings.documentChunks
  if (segments.length > limit) {
    return { document, error: new AppError('document_too_large', `${segments.length} chunks are more than ${limit}`, { limit }) }
  }
  const pieces = segments.map(({ from, to, prefix }) => ({ title: prefix.title, headingPath: prefix.path, atoms: atoms.slice(from, to) }))
  const chunks = await eachYielding(pieces, (piece) => makeChunk({ document, pageStarts }, piece, chunker))
  return { document, chunks: linked(chunks, document.text) }
}

/** Each block of boilerplate as a chunk of its own, where it stands in the document and nobody's neighbour. */
function withBoilerplate(
  { document, chunks }: Extract<Chunked, { readonly chunks: readonly Chunk[] }>,
  blocks: readonly ParsedBlock[],
  pageStarts: readonly number[],
  chunker: Chunker,
): Chunked {
  const apart = blocks.map((block): Chunk => {
    const atoms = atomsOf(document.text, placeBlocks([block], document.title))
    const made = makeChunk({ document, pageStarts }, { title: document.title, headingPath: [], atoms }, chunker)
    return { ...made, boilerplate: true, ordinal: 0, previous: null, next: null, gap: null }
  })
  const inOrder = [...chunks, ...apart].sort((a, b) => a.span.start - b.span.start)
  return { document, chunks: inOrder.map((chunk, ordinal) => ({ ...chunk, ordinal })) }
}

/** Chunks of one document in order, each with its position and its neighbours. */
function linked(chunks: readonly Unlinked[], text: string): readonly Chunk[] {
  return chunks.map((chunk, ordinal) => {
    const [before, behind] = [chunks[ordinal - 1], chunks[ordinal + 1]]
    const between = before === undefined ? null : text.slice(before.span.end, chunk.span.start)
    return {
      ...chunk,
      ordinal,
      previous: before?.id ?? null,
      next: behind?.id ?? null,
      gap: between?.trim() === '' ? between : null,
    }
  })
}

/** Lets other work of the process have its turn between items: a question does not wait for the tokens of a whole book to be counted. */
async function eachYielding<In, Out>(items: readonly In[], work: (item: In, index: number) => Out): Promise<readonly Out[]> {
  const results: Out[] = []
  for (const [index, item] of items.entries()) {
    results.push(work(item, index))
    await setImmediate()
  }
  return results
}

function wholeDocument({ document, blocks, pageStarts }: ParsedSource, chunker: Chunker): Chunk {
  const atoms = atomsOf(document.text, placeBlocks(blocks, document.title))
  const whole = makeChunk({ document, pageStarts }, { title: document.title, headingPath: [], atoms }, chunker)
  return { ...whole, ordinal: 0, previous: null, next: null, gap: null }
}

interface Piece {
  readonly title: string
  readonly headingPath: readonly string[]
  readonly atoms: readonly Span[]
}

type Unlinked = Omit<Chunk, 'ordinal' | 'previous' | 'next' | 'gap'>

type Paged = Pick<ParsedSource, 'document' | 'pageStarts'>

function makeChunk({ document, pageStarts }: Paged, { title, headingPath, atoms }: Piece, chunker: Chunker): Unlinked {
  const span = { start: atoms[0]?.start ?? 0, end: atoms.at(-1)?.end ?? 0 }
  const text = document.text.slice(span.start, span.end)
  const hash = textHash(text)
  const sentences = atoms.map(({ end }, i) => ({ start: i === 0 ? 0 : (atoms[i - 1]?.end ?? 0) - span.start, end: end - span.start }))
  const counts = chunker.declaration.encodings.map(
    (encoding) => [encoding, sentenceTokens(text, sentences, chunker.counters.resolve(encoding))] as const,
  )
  return {
    id: stableHash(document.id, String(span.start), String(span.end), hash) as ChunkId,
    doc: document.id,
    title,
    uri: document.uri,
    headingPath,
    span,
    pages: pagesOf(pageStarts, span),
    text,
    textHash: hash,
    sentences,
    sentenceTokens: Object.fromEntries(counts),
    metadata: document.metadata,
  }
}

/** What is embedded for a chunk. */
export function embeddedText(chunk: Chunk): string {
  return prefixOf(chunk) + chunk.text
}
