import type { Table } from '@lancedb/lancedb'
import { setImmediate } from 'node:timers/promises'
import type { DuplicateGroup, DuplicatesReport } from '../src/core/near/duplicates-report.ts'
import { DuplicatesTally } from '../src/core/near/duplicates-tally.ts'
import { sourceOf } from '../src/core/source.ts'
import type { Chunk, Encoding, IndexDeclaration } from '../src/core/types.ts'
import { isSilent } from './boilerplate.ts'
import { cells } from './cells.ts'
import { inGroup } from './filters.ts'
import { SEARCHABLE } from './full-text.ts'
import { BOILERPLATE, RECORD } from './schema.ts'

const MOST_SOURCES = 100
const MOST_GROUPS = 10
/** Of each group. */
const EXAMPLES = 5
const TEXT_CHARACTERS = 200

/** Rows that are counted before other work of the process has its turn: about a millisecond. */
const ROWS_A_TURN = 64

/** Reads every row once, in batches. `call` makes one native call in its turn: questions have theirs between two batches. */
export async function reportDuplicates(
  chunks: Table,
  declaration: IndexDeclaration,
  call: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<DuplicatesReport> {
  const tally = new DuplicatesTally()
  const batches = chunks.query().select([RECORD, BOILERPLATE])[Symbol.asyncIterator]()
  for (;;) {
    const next = await call(() => batches.next())
    if (next.done === true) break
    const places = cells(next.value, BOILERPLATE) as readonly (string | null)[]
    for (const [at, record] of (cells(next.value, RECORD) as readonly string[]).entries()) {
      if (at % ROWS_A_TURN === 0) await setImmediate()
      const chunk = JSON.parse(record) as Chunk
      tally.add({
        source: sourceOf(chunk),
        textHash: chunk.textHash,
        founder: chunk.near?.founder ?? null,
        isSilent: isSilent(places[at] ?? null),
        isFirst: chunk.ordinal === 0,
        tokens: tokensOf(chunk, declaration.encodings[0]),
      })
    }
  }
  const groups: DuplicateGroup[] = []
  for (const { founder, chunks: count } of tally.largest(MOST_GROUPS)) {
    groups.push({ ...(await call(() => exampleOf(chunks, founder, declaration))), chunks: count })
  }
  return { ...tally.sources(MOST_SOURCES), groups }
}

async function exampleOf(chunks: Table, founder: string, declaration: IndexDeclaration): Promise<Omit<DuplicateGroup, 'chunks'>> {
  const found = await chunks.query().where(inGroup(founder)).select([RECORD, SEARCHABLE]).limit(EXAMPLES).toArrow()
  const members = (cells(found, RECORD) as readonly string[]).map((record) => JSON.parse(record) as Chunk & { readonly bodyStart: number })
  const texts = cells(found, SEARCHABLE) as readonly string[]
  const at = texts.findIndex((text) => text !== '')
  const text = (texts[at] ?? '').slice(members[at]?.bodyStart).slice(0, TEXT_CHARACTERS)
  const tokens = members[0] === undefined ? 0 : tokensOf(members[0], declaration.encodings[0])
  return { tokens, text: text.toWellFormed(), documents: [...new Set(members.map(({ doc }) => doc))] }
}

function tokensOf({ sentenceTokens, span }: Chunk, encoding: Encoding | undefined): number {
  const counted = encoding === undefined ? undefined : sentenceTokens[encoding]
  return counted?.reduce((sum, tokens) => sum + tokens, 0) ?? Math.ceil((span.end - span.start) / 4)
}
