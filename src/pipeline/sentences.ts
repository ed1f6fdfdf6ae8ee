import { featuresOf, type Features, type ScoredChunk } from '../core/evidence/features.ts'
import { evidenceProbability, evidenceScorer } from '../core/evidence/model.ts'
import { readChunks, type Reading } from '../core/evidence/read.ts'
import type { ChunkId } from '../core/ids.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import type { Chunk } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { Candidate } from './load.ts'
import type { StageNote } from './trace.ts'

export interface SentencesSettings {
  readonly evidence: {
    /** UTF-16 units of chunks whose sentences are looked at. */
    readonly characters: number
  }
}

export interface SentencesInput {
  readonly derived: Pick<DerivedQuery, 'lexical'>
  /** In rank order. */
  readonly candidates: readonly Candidate[]
  /** Chunks beside candidates that are none themselves. */
  readonly neighbours: readonly Chunk[]
  readonly profile: Pick<Profile, 'queries' | 'evidence'>
}

/** Of each candidate and neighbour: for each of its sentences the calibrated probability that it is evidence. */
export type SentenceValues = ReadonlyMap<ChunkId, readonly number[]>

export interface Sentences {
  readonly values: SentenceValues
  /** The candidates that were read, in rank order. */
  readonly reading: Reading
}

/**
 * What each sentence is worth: pure arithmetic over its words and the score of its chunk (see `core/evidence`). The record says where the weights were
 * fitted to the scores of another embedder, and where there was more text than is read.
 */
export function createSentencesStage({ evidence: { characters } }: SentencesSettings) {
  return {
    name: 'sentences',
    run({ derived, candidates, neighbours, profile }: SentencesInput, context: RequestContext): Sentences {
      return context.trace.runSync('sentences', () => {
        const scored = [...candidates.map(scoredCandidate), ...neighbours.map(scoredNeighbour)]
        const read = withinCharacters(scored, characters)
        const unread = scored.slice(read.length)
        const hasVectors = candidates.some(({ evidence }) => evidence.some(({ leg }) => leg === 'vector'))
        const { scorer, reason } = evidenceScorer(profile.evidence, hasVectors ? profile.queries.fingerprint : null)
        const weights = profile.evidence.scorers[scorer]
        const reading = readChunks(
          derived.lexical,
          read.map(({ chunk }) => chunk),
        )
        const features = [...featuresOf(reading, read), ...unread.map(unreadFeatures)]
        const values = new Map(
          scored.map(({ chunk }, index) => [chunk.id, (features[index] ?? []).map((unit) => evidenceProbability(weights, unit))] as const),
        )
        const own = { ...reading, chunks: reading.chunks.slice(0, candidates.length) }
        return [
          { values, reading: own },
          { in: scored.length, ...noteOf(read.length, scored.length, reason) },
        ]
      })
    },
  }
}

function noteOf(read: number, all: number, reason: string | null): Omit<StageNote, 'in'> {
  if (read < all) return { out: read, status: 'degraded', reason: `read_${read}_of_${all}` }
  return reason === null ? { out: read } : { out: read, reason }
}

interface Scored extends ScoredChunk {
  readonly chunk: Chunk
}

const scoredCandidate = ({ text, score }: Candidate): Scored => ({ chunk: text, score })

const scoredNeighbour = (chunk: Chunk): Scored => ({ chunk, score: 0 })

/** Sentences of which no word was looked at: what is known is known of their chunk. */
function unreadFeatures({ chunk, score }: Scored): readonly Features[] {
  return chunk.sentences.map(() => ({ score, covered: 0, nearby: 0, bm25: 0 }))
}

/** The first chunks that have at most so many characters together. */
function withinCharacters(chunks: readonly Scored[], most: number): readonly Scored[] {
  let left = most
  const beyond = chunks.findIndex(({ chunk }) => (left -= chunk.text.length) < 0)
  return beyond === -1 ? chunks : chunks.slice(0, beyond)
}
