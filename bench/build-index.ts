import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexName } from '../src/core/ids.ts'
import type { IngestedDocument, IngestReport } from '../src/core/ports/ingester.ts'
import type { ChunkUnit, TextDocument } from '../src/core/types.ts'
import { writeJsonFile } from './json-file.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, type Session } from './session.ts'

export interface Corpus {
  readonly name: string
  /** Equal content, equal hash. */
  readonly hash: string
  /** Null where nobody knows before the end. */
  readonly documents: number | null
  read(index: IndexName): AsyncIterable<TextDocument>
}

export interface IndexShape {
  readonly profile: string
  readonly unit: ChunkUnit
  readonly language: string
}

/** How the index came to be; of the run that embedded it, also where it is reused. */
export interface IngestFigures {
  readonly documents: number
  readonly chunks: number
  readonly failed: number
  readonly seconds: number
  /** Documents a second, from the first byte read to searchable. */
  readonly rate: number
  /** Model tokens of an embedded chunk, title and headings included. */
  readonly tokens_per_chunk: number
}

interface Stamp {
  readonly versions: Readonly<Record<string, string>>
  readonly figures: IngestFigures
}

/**
 * The index of a corpus in the bench directory: built once, reused while corpus, shape, models and versions stay the same. An
 * interrupted build goes on where it stopped, since unchanged documents cost no embedding.
 */
export async function buildIndex(
  session: Session,
  corpus: Corpus,
  shape: IndexShape,
): Promise<{ index: IndexName; figures: IngestFigures }> {
  const { passages } = await session.engine.profiles.open(shape.profile)
  const index = indexName(corpus, shape, passages.fingerprint)
  const stampFile = join(session.directory, 'built', `${index}.json`)
  const stamp = await readStamp(stampFile)
  const { versions } = session.engine
  if (stamp !== null && JSON.stringify(stamp.versions) === JSON.stringify(versions) && (await exists(session, index))) {
    return { index, figures: stamp.figures }
  }
  const { profile, unit, language } = shape
  const declaration = { name: index, profile, unit, language, encodings: ['o200k_base'] as const, fields: {} }
  await session.engine.indexes.create(BENCH_TENANT, declaration, passages, session.limits(INGEST_DEADLINE_MS))
  const fresh = await fill(session, corpus, index)
  const figures = fresh ?? stamp?.figures ?? (await countOnly(session, index))
  await writeJsonFile(stampFile, { versions, figures } satisfies Stamp)
  return { index, figures }
}

/** Null when every document stood there already. */
async function fill(session: Session, corpus: Corpus, index: IndexName): Promise<IngestFigures | null> {
  const { engine, terminal } = session
  const limits = session.limits(INGEST_DEADLINE_MS)
  const started = engine.clock.now()
  const progress = terminal.progress(`ingest ${index}`, corpus.documents)
  const document = (result: IngestedDocument) => {
    if (result.error !== null) terminal.warn(`${result.id}: ${result.error.message}`)
    progress.advance(1)
  }
  let report: IngestReport
  try {
    report = await engine.ingester.ingest(BENCH_TENANT, index, corpus.read(index), { document }, limits)
  } finally {
    progress.stop()
  }
  const written = report.documents.new + report.documents.changed
  if (written === 0) return null
  await (await engine.indexes.writer(BENCH_TENANT, index, limits)).optimize(limits)
  const seconds = (engine.clock.now() - started) / 1000
  return {
    documents: written,
    chunks: report.chunks,
    failed: report.documents.failed,
    seconds,
    rate: written / seconds,
    tokens_per_chunk: report.embeddedChunks === 0 ? 0 : report.embedTokens / report.embeddedChunks,
  }
}

/** For an index whose stamp was lost: what it holds, and no times. */
async function countOnly(session: Session, index: IndexName): Promise<IngestFigures> {
  const { counts } = await session.engine.indexes.status(BENCH_TENANT, index, session.limits(INGEST_DEADLINE_MS))
  return { ...counts, failed: 0, seconds: 0, rate: 0, tokens_per_chunk: 0 }
}

function indexName(corpus: Corpus, shape: IndexShape, fingerprint: string): IndexName {
  const identity = JSON.stringify([corpus.hash, shape.profile, shape.unit, shape.language, fingerprint])
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 10)
  const readable = `${corpus.name}-${shape.profile}-${shape.unit}`.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-')
  return `b-${readable.slice(0, 48)}-${hash}` as IndexName
}

async function exists(session: Session, index: IndexName): Promise<boolean> {
  const all = await session.engine.indexes.list(BENCH_TENANT, session.limits(INGEST_DEADLINE_MS))
  return all.some(({ declaration }) => declaration.name === index)
}

/** A stamp that is missing or unreadable only costs a look at every document. */
async function readStamp(file: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stamp
  } catch {
    return null
  }
}
