import type { ChunkId, DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import type { Chunk, Metadata } from '../../src/core/types.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import type { PipelineSettings } from '../../src/pipeline/settings.ts'

/** A document as a list of chunks, each a list of sentences; `null` between two is a heading. Chunks stand a blank line apart. */
export function documentOf(id: string, chunks: readonly (readonly string[] | null)[], metadata: Metadata = {}): readonly Chunk[] {
  const made: Chunk[] = []
  let [end, section] = [0, 0]
  let gap: string | null = null
  for (const sentences of chunks) {
    if (sentences === null) {
      ;[gap, end, section] = [null, end + 10, section + 1]
      continue
    }
    const before = made.at(-1)
    const start = end + (before === undefined ? 0 : 2)
    const text = sentences.join(' ')
    let at = 0
    made.push({
      id: `${id}#${made.length}` as ChunkId,
      doc: id as DocumentId,
      ordinal: made.length,
      previous: before?.id ?? null,
      next: null,
      gap: before === undefined ? null : gap,
      title: `Title of ${id}`,
      uri: null,
      headingPath: section === 0 ? [] : [`Section ${section}`],
      pages: null,
      span: { start, end: start + text.length },
      text,
      textHash: textHash(text),
      sentences: sentences.map((sentence, position) => ({ start: at, end: (at += sentence.length + (position === 0 ? 0 : 1)) })),
      sentenceTokens: {},
      metadata,
    })
    ;[gap, end] = ['\n\n', start + text.length]
  }
  return made.map((chunk, at) => ({ ...chunk, next: made[at + 1]?.id ?? null }))
}

const groupOf = ({ near, textHash }: Chunk): string => near?.group ?? textHash

export function candidateFor(chunk: Chunk, score = 0.5, twins: readonly Chunk[] = []): Candidate {
  const { id, doc, textHash } = chunk
  const found = (each: Chunk) => ({
    row: 0n,
    chunk: each.id,
    doc: each.doc,
    textHash: each.textHash,
    group: groupOf(each),
    score: score / 2,
    evidence: [],
  })
  return { row: 0n, chunk: id, doc, textHash, group: groupOf(chunk), score, evidence: [], twins: twins.map(found), text: chunk }
}

/** What a reader of the chunks answers; a chunk is found by a question that shares a word with it. What else a test needs stands in `given`. */
export function readerOf(chunks: readonly Chunk[], given: Partial<IndexReader> = {}): IndexReader {
  const wordsOf = (text: string) => new Set(text.toLowerCase().match(/\w+/gu))
  const reader: Partial<IndexReader> = {
    lexical: (query, k, _, within) =>
      Promise.resolve(
        chunks
          .map((chunk, row) => {
            const { id, doc, textHash, text, title } = chunk
            const score = wordsOf(query).intersection(wordsOf(`${title} ${text}`)).size
            return { row: BigInt(row), chunk: id, doc, textHash, group: groupOf(chunk), score }
          })
          .filter(({ doc, score }) => score > 0 && (within === null || within.includes(doc)))
          .sort((a, b) => b.score - a.score || (a.chunk < b.chunk ? -1 : 1))
          .slice(0, k),
      ),
    load: (rows) => Promise.resolve(rows.flatMap((row) => chunks[Number(row)] ?? [])),
    chunks: (ids) => Promise.resolve(chunks.filter(({ id }) => ids.includes(id))),
    places: (hashes) =>
      Promise.resolve(
        chunks
          .filter((chunk) => hashes.includes(chunk.textHash) || hashes.includes(groupOf(chunk)))
          .map((chunk) => ({ chunk: chunk.id, doc: chunk.doc, span: chunk.span, textHash: chunk.textHash, group: groupOf(chunk) })),
      ),
    document: (id) => {
      const own = chunks.filter(({ doc }) => doc === id)
      const text = own.map((chunk) => chunk.text).join('\n\n')
      return Promise.resolve(
        own[0] === undefined ? null : { id, title: own[0].title, uri: null, mediaType: 'text/plain', text, metadata: {}, contentHash: '' },
      )
    },
  }
  return { ...reader, ...given } as IndexReader
}

/** Each character is a token, so that a test can count by looking. */
export const CHARACTERS: TokenCounter = { name: 'characters', exact: true, count: (text) => text.length }

const SETTINGS = {
  retrieve: { candidates: 64, reserveMs: 100, placesPerItem: 8 },
  packing: {
    duplicateJaccard: 0.8,
    maxItems: 50,
    perDocument: null,
    perSource: null,
    shareFloorTokens: 0,
    requiredShare: 0.25,
    maxVariants: 4,
    shortUnitTokens: 0,
    contextUnits: 0,
    neighbours: 1,
    neighbourPassages: 8,
    facetWeight: 0.5,
    repeatedShare: 1,
    noticeConfidence: 0.3,
    staleDays: 0,
    staleField: 'updated',
  },
}

/** The settings of the stages behind ranking. */
export function settingsWith(
  change: { readonly [Section in keyof typeof SETTINGS]?: Partial<PipelineSettings[Section]> } = {},
): PipelineSettings {
  const settings = { retrieve: { ...SETTINGS.retrieve, ...change.retrieve }, packing: { ...SETTINGS.packing, ...change.packing } }
  return settings as unknown as PipelineSettings
}
