import type { ChunkId, DocumentId, IndexName } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import type { NearGroup, TextDocument } from '../../src/core/types.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, type Session } from '../session.ts'
import type { Planted, PlantKind } from './plant.ts'
import { referenceJaccard, referenceShingles } from './reference-jaccard.ts'
import type { KindFigures, NearResult } from './result.ts'

/** Texts whose groups are asked for at once. */
const PIECE = 32

export type Detection = Pick<NearResult, 'kinds' | 'recall' | 'precision' | 'pair_precision'>

/** Ingests the passages and their copies, in this order, each as a document of one chunk, and compares their groups with exact similarities. */
export async function measureDetection(
  session: Session,
  { passages, copies, jaccard, profile }: { passages: readonly string[]; copies: readonly Planted[]; jaccard: number; profile: string },
): Promise<Detection> {
  const index = 'near' as IndexName
  const texts = [...passages, ...copies.map(({ text }) => text)]
  await ingest(session, index, texts, profile)
  const groups = await groupsOf(session, index, texts)
  const shingles = texts.map(referenceShingles)
  const similarity = (a: number, b: number) => referenceJaccard(shingles[a] ?? new Set(), shingles[b] ?? new Set())

  const found = copies.map((copy, at) => {
    const own = passages.length + at
    const isNear = similarity(own, copy.base) >= jaccard
    const isFound = groups[own]?.founder === groups[copy.base]?.founder
    return {
      kind: copy.kind,
      isNear,
      isFound: isNear && isFound,
      isCollapsed: isNear && isFound && groups[own]?.group === groups[copy.base]?.group,
    }
  })
  const kinds = [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, own]) => figuresOf(kind, own))
  const baseOf = (at: number) => (at < passages.length ? at : (copies[at - passages.length]?.base ?? -1))
  return { kinds, recall: figuresOf('edited', found).recall, ...precisionOf(texts, groups, similarity, baseOf, jaccard) }
}

interface Found {
  readonly isNear: boolean
  readonly isFound: boolean
  readonly isCollapsed: boolean
}

function figuresOf(kind: PlantKind, found: readonly Found[]): KindFigures {
  const count = (holds: (each: Found) => boolean) => found.filter(holds).length
  const [near, hits] = [count(({ isNear }) => isNear), count(({ isFound }) => isFound)]
  return {
    kind,
    planted: found.length,
    near,
    recall: hits / Math.max(1, near),
    collapsed: count(({ isCollapsed }) => isCollapsed) / Math.max(1, hits),
  }
}

function precisionOf(
  texts: readonly string[],
  groups: readonly (NearGroup | undefined)[],
  similarity: (a: number, b: number) => number,
  baseOf: (at: number) => number,
  jaccard: number,
): Pick<Detection, 'precision' | 'pair_precision'> {
  const byHash = new Map(texts.map((text, at) => [textHash(text), at]))
  let [joined, right, pairs, related] = [0, 0, 0, 0]
  const members = Map.groupBy(texts.keys(), (at) => groups[at]?.founder ?? '')
  for (const [founder, own] of members) {
    const first = byHash.get(founder)
    for (const [position, at] of own.entries()) {
      if (first !== undefined && byHash.get(textHash(texts[at] ?? '')) !== first) {
        joined += 1
        if (similarity(at, first) >= jaccard) right += 1
      }
      for (const other of own.slice(0, position)) {
        pairs += 1
        if (baseOf(at) === baseOf(other) || similarity(at, other) >= jaccard) related += 1
      }
    }
  }
  return { precision: right / Math.max(1, joined), pair_precision: related / Math.max(1, pairs) }
}

async function ingest(session: Session, index: IndexName, texts: readonly string[], profile: string): Promise<void> {
  const { engine } = session
  const limits = session.limits(INGEST_DEADLINE_MS)
  const { passages } = await engine.profiles.open(profile)
  const declaration = { name: index, profile, language: 'English', unit: 'document', encodings: [], fields: {} } as const
  await engine.indexes.create(BENCH_TENANT, declaration, passages, limits)
  await engine.ingester.ingest(BENCH_TENANT, index, documentsOf(texts), { document: () => undefined }, limits)
}

async function* documentsOf(texts: readonly string[]): AsyncGenerator<TextDocument> {
  for (const [at, content] of texts.entries()) {
    yield { id: String(at) as DocumentId, title: null, uri: null, mediaType: 'text/plain', content, metadata: {} }
  }
}

/** Of each text the group of the chunk that holds it. */
async function groupsOf(session: Session, index: IndexName, texts: readonly string[]): Promise<readonly (NearGroup | undefined)[]> {
  const limits = session.limits(INGEST_DEADLINE_MS)
  const reader = await session.engine.indexes.pin(BENCH_TENANT, index, limits)
  const groups = new Map<string, NearGroup | undefined>()
  try {
    for (let from = 0; from < texts.length; from += PIECE) await readGroups(reader, texts.slice(from, from + PIECE))
  } finally {
    reader.release()
  }
  return texts.map((text) => groups.get(textHash(text.trim())))

  async function readGroups(of: IndexReader, piece: readonly string[]): Promise<void> {
    const places = await of.places([...new Set(piece.map((text) => textHash(text.trim())))], null, limits)
    const first = new Map<string, ChunkId>(places.map(({ textHash: hash, chunk }) => [hash, chunk]))
    for (const chunk of await of.chunks([...first.values()], limits)) {
      groups.set(chunk.textHash, chunk.near ?? { founder: chunk.textHash, group: chunk.textHash })
    }
  }
}
