import { evidenceFeatures, type Features } from '../../src/core/evidence/features.ts'
import type { EvidenceScorer } from '../../src/core/evidence/model.ts'
import type { IndexName } from '../../src/core/ids.ts'
import type { RankedChunk } from '../../src/core/ports/ranker.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { Chunk } from '../../src/core/types.ts'
import type { AskedQuery } from '../budget/evidence-set.ts'
import { inOrder } from '../in-order.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import { evidenceShare } from './label.ts'

/** A sentence of a candidate of one question. */
export interface ObservedUnit {
  readonly features: Features
  /** See `evidenceShare`. */
  readonly share: number
  /** Without the white space around it. */
  readonly characters: number
}

export interface ObservedQuestion {
  readonly id: string
  readonly units: readonly ObservedUnit[]
}

/** What the engine is told to do, so that scores come from just these stages. */
const PLANS = {
  hybrid: { rerank: 'never' },
  lexical: { rerank: 'never', vectorDepth: 0 },
} as const

/** Asks every question once and looks at the sentences of all candidates whose text the engine loads. */
export async function observeUnits(
  session: Session,
  index: IndexName,
  questions: readonly (AskedQuery & { readonly relevant: ReadonlySet<string> })[],
  scorer: EvidenceScorer,
): Promise<readonly ObservedQuestion[]> {
  const { engine, limits } = session
  const reader = await engine.indexes.pin(BENCH_TENANT, index, limits(QUERY_DEADLINE_MS))
  const progress = session.terminal.progress(`${index}, ${scorer}`, questions.length)
  try {
    return await inOrder(questions, async (question) => {
      const { id, text, relevant } = question
      const request = { tenant: BENCH_TENANT, index, query: text, filter: null, classify: false, documents: 0, overrides: PLANS[scorer] }
      const { chunks: ranked } = await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))
      const scored = await withText(ranked, reader, session)
      // Questions of data sets are searched as they stand: the full-text query is the question itself.
      const features = evidenceFeatures(text, scored)
      progress.advance(1)
      const units = scored.flatMap(({ chunk }, at) => observed(question, chunk, features[at] ?? [], relevant.has(chunk.doc)))
      return { id, units }
    })
  } finally {
    progress.stop()
    reader.release()
  }
}

async function withText(ranked: readonly RankedChunk[], reader: IndexReader, { limits }: Session) {
  const loaded = ranked.filter(({ span }) => span !== null)
  const chunks = await reader.chunks(
    loaded.map(({ chunk }) => chunk),
    limits(QUERY_DEADLINE_MS),
  )
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]))
  return loaded.flatMap(({ chunk: id, score }) => {
    const chunk = byId.get(id)
    return chunk === undefined ? [] : [{ chunk, score }]
  })
}

function observed(question: AskedQuery, chunk: Chunk, features: readonly Features[], relevant: boolean): readonly ObservedUnit[] {
  return features.map((of, at) => {
    const sentence = chunk.sentences[at] ?? { start: 0, end: 0 }
    const whole = chunk.text.slice(sentence.start, sentence.end)
    const text = whole.trim()
    const start = chunk.span.start + sentence.start + (whole.length - whole.trimStart().length)
    const unit = { doc: chunk.doc, span: { start, end: start + text.length }, text }
    return { features: of, share: evidenceShare(question, unit, relevant), characters: text.length }
  })
}
