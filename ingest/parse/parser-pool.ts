import { AppError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { ParserIsolation } from '../../src/core/ports/parser-isolation.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { RawDocument } from '../../src/core/types.ts'
import type { Unpacked } from '../unpack/unread.ts'
import { createChildStore } from './child-store.ts'
import { createGate } from './gate.ts'
import { probeIsolation } from './isolation.ts'
import { removeLeftovers } from './leftovers.ts'
import { parseBatch } from './parse-batch.ts'
import { closing } from './parser-child.ts'
import { createParseQueue, type ParseJob } from './parse-queue.ts'
import type { ParserSettings } from './parse-settings.ts'
import type { ParsedSource } from './parse.ts'
import { unpackInChild } from './unpack-in-child.ts'

export interface ParserPool {
  /**
   * Text with structure. Rejects what the parser rejects (`invalid_document`, `unsupported_media_type`, `document_unreadable`, `document_too_large`),
   * `parser_limit` and `parser_died`, which concern this document; `cancelled`, `deadline_exceeded`, `too_busy` and `shutting_down`.
   */
  parse(raw: RawDocument, hash: string, limits: Limits): Promise<ParsedSource>
  /** The documents in an archive, in a JSON array or in JSON lines, pulled one part at a time; the document itself where it is none of these. */
  unpack(raw: RawDocument, limits: Limits): AsyncIterable<Unpacked>
  readonly isolation: ParserIsolation
  readonly settings: ParserSettings
  close(): Promise<void>
}

interface PoolPorts {
  readonly clock: Clock
  /** The program of a child; the one that parses where none is named. */
  readonly entry?: string
}

/**
 * Parses files in child processes, one file at a time each: what kills a parser, or makes it use too much of anything, costs that file only.
 * Processes start with the first document and end when nobody has needed one for `idle_ms`.
 */
export async function createParserPool(settings: ParserSettings, { clock, entry }: PoolPorts): Promise<ParserPool> {
  const [launcher] = await Promise.all([probeIsolation(entry), removeLeftovers()])
  const store = createChildStore(settings, launcher)
  const queue = createParseQueue(settings)
  const unpackers = createGate(settings.unpackers, settings.queueDocuments)
  let [lanes, isClosed, isScheduled] = [0, false, false]

  const lane = async (): Promise<void> => {
    for (let batch = queue.takeBatch(); batch.length > 0; batch = queue.takeBatch()) {
      try {
        queue.putBack(await parseBatch(batch, { store, settings, clock }))
      } catch (error) {
        for (const job of batch) job.reject(error)
      }
    }
    lanes--
  }
  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    // Not at once: what is asked for in the same turn travels together.
    queueMicrotask(() => {
      isScheduled = false
      for (let free = Math.min(queue.length, settings.children - lanes); free > 0; free--) {
        lanes++
        void lane()
      }
    })
  }
  return {
    isolation: launcher.isolation,
    settings,
    parse: (raw, hash, limits) =>
      new Promise<ParsedSource>((resolve, reject) => {
        checkBefore(raw, limits)
        queue.add(createJob(raw, hash, limits, resolve, reject))
        schedule()
      }),
    async *unpack(raw, limits) {
      checkBefore(raw, limits)
      const leave = await unpackers.enter(limits.signal)
      try {
        yield* unpackInChild(raw, limits, { store, settings, clock })
      } finally {
        leave()
      }
    },
    async close() {
      isClosed = true
      for (const job of queue.clear()) job.reject(closing())
      await store.close()
    },
  }

  function checkBefore(raw: RawDocument, limits: Limits): void {
    if (isClosed) throw closing()
    if (limits.signal.aborted) throw new AppError('cancelled', 'Nobody waits for this document any more')
    if (clock.now() >= limits.deadline) throw new AppError('deadline_exceeded', 'The deadline passed before the document was parsed')
    const bytes = sizeOf(raw)
    if (bytes <= settings.fileBytes) return
    throw new AppError('document_too_large', `${bytes} bytes are more than the ${settings.fileBytes} of parse.file_bytes`, {
      bytes,
      limit: settings.fileBytes,
    })
  }
}

function createJob(
  raw: RawDocument,
  hash: string,
  limits: Limits,
  resolve: (source: ParsedSource) => void,
  reject: (error: unknown) => void,
): ParseJob {
  const cancel = (): void => job.reject(new AppError('cancelled', 'Nobody waits for this document any more'))
  const settle = (): void => {
    job.isSettled = true
    limits.signal.removeEventListener('abort', cancel)
  }
  const job: ParseJob = {
    ...{ raw, hash, limits, bytes: sizeOf(raw), alone: false, isSettled: false },
    resolve(source) {
      settle()
      resolve(source)
    },
    reject(error) {
      settle()
      reject(error)
    },
  }
  limits.signal.addEventListener('abort', cancel, { once: true })
  return job
}

/** UTF-16 units for a text: near enough to what travels. */
const sizeOf = ({ content }: RawDocument): number => (typeof content === 'string' ? content.length : content.byteLength)
