import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { TextDocument } from '../../src/core/types.ts'
import { edited, vocabularyOf } from '../latency/edits.ts'
import { describeMachine } from '../machine.ts'
import { memoryOf } from './process-memory.ts'
import type { Program } from './program.ts'
import { versionsOf } from './rate.ts'
import type { IngestMemoryResult, MemorySample } from './result.ts'

const INDEX = 'memory'
const SAMPLE_MS = 1000
/** Short documents of a chunk or two: the number of documents is what this is about. */
const DOCUMENT_CHARACTERS = 900
const MEGABYTE = 1e6
const SHOWN_SAMPLES = 10

export interface MemoryOptions {
  readonly profile: string
  readonly documents: number
  readonly source: readonly TextDocument[]
  /** Where the generated documents stand, as JSON lines. */
  readonly file: string
}

/** Memory of the service while it takes in very many documents, looked at every second. */
export async function measureMemory(
  program: Program,
  options: MemoryOptions,
  told: (documents: number) => void,
): Promise<IngestMemoryResult> {
  await writeDocuments(options)
  await program.request('POST', '/v1/indexes', { name: INDEX, profile: options.profile })
  const idle = await memoryOf(program.pid)
  const samples: MemorySample[] = []
  const load = program.command(['ingest', options.file, '--index', INDEX]) as Promise<{ readonly chunks: number; readonly ms: number }>
  const ended = new AbortController()
  const sampling = sampleMemory(program, options.documents, samples, ended.signal, told)
  const [report] = await Promise.all([load.finally(() => ended.abort()), sampling])
  return {
    bench: 'ingest-memory',
    profile: options.profile,
    documents: options.documents,
    chunks: report.chunks,
    seconds: report.ms / 1000,
    idle_megabytes: idle / MEGABYTE,
    peak_megabytes: Math.max(...samples.map(({ megabytes }) => megabytes)),
    samples: spread(samples),
    machine: describeMachine(),
    versions: await versionsOf(program),
  }
}

async function sampleMemory(
  program: Program,
  total: number,
  samples: MemorySample[],
  signal: AbortSignal,
  told: (documents: number) => void,
): Promise<void> {
  let before = 0
  while (!signal.aborted) {
    const megabytes = (await memoryOf(program.pid)) / MEGABYTE
    const { documents } = (await program.request('GET', `/v1/indexes/${INDEX}`)) as { readonly documents: number }
    samples.push({ share: documents / total, documents, megabytes })
    told(documents - before)
    before = documents
    await pause(SAMPLE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** The highest sample of each stretch. */
function spread(samples: readonly MemorySample[]): readonly MemorySample[] {
  return Array.from({ length: SHOWN_SAMPLES }, (_, i) => {
    const stretch = samples.filter(({ share }) => share > i / SHOWN_SAMPLES && share <= (i + 1) / SHOWN_SAMPLES)
    return stretch.toSorted((a, b) => b.megabytes - a.megabytes)[0]
  }).filter((sample) => sample !== undefined)
}

/** Pieces of the source, each edited differently: no two are equal. */
async function writeDocuments({ source, documents, file }: MemoryOptions): Promise<void> {
  const vocabulary = vocabularyOf(source.map(({ content }) => content))
  const pieces = source.flatMap(({ content }) => piecesOf(content))
  const output = createWriteStream(file)
  for (let i = 0; i < documents; i += 1) {
    const text = edited(pieces[i % pieces.length] ?? '', vocabulary, i)
    const line = `${JSON.stringify({ id: `memory/${i}`, title: `Document ${i}`, text, media_type: 'text/markdown' })}\n`
    if (!output.write(line)) await once(output, 'drain')
  }
  output.end()
  await once(output, 'finish')
}

function piecesOf(content: string): readonly string[] {
  const pieces: string[] = []
  for (let at = 0; at + DOCUMENT_CHARACTERS <= content.length; at += DOCUMENT_CHARACTERS)
    pieces.push(content.slice(at, at + DOCUMENT_CHARACTERS).toWellFormed())
  return pieces
}
