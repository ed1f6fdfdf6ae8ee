import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { AppError } from '../core/errors.ts'

export const NDJSON = 'application/x-ndjson'

/** Lines of JSON into a response. Whoever produces them asks `drained` before producing more, so a slow reader slows the producer. */
export class LineWriter {
  readonly stream = new PassThrough()

  /** Nobody reads a response whose client has gone: the line is dropped. */
  write(value: unknown): void {
    this.text(`${JSON.stringify(value)}\n`)
  }

  text(lines: string): void {
    if (!this.stream.destroyed) this.stream.write(lines)
  }

  /** Resolves when the reader has caught up; rejects `deadline_exceeded` when it reads nothing for `idleMs`, or with the reason of `signal`. */
  async drained(signal: AbortSignal, idleMs: number): Promise<void> {
    if (!this.stream.writableNeedDrain) return
    const idle = AbortSignal.timeout(idleMs)
    try {
      await once(this.stream, 'drain', { signal: AbortSignal.any([signal, idle]) })
    } catch (error) {
      signal.throwIfAborted()
      if (!idle.aborted) throw error
      throw new AppError('deadline_exceeded', `The client read nothing for ${idleMs} ms`)
    }
  }

  end(): void {
    this.stream.end()
  }
}

/** For routes whose declared answer is one line. */
export function sendLines(reply: FastifyReply, { stream }: LineWriter): FastifyReply {
  return reply.type(NDJSON).send(stream)
}
