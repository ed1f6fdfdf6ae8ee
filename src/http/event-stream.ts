import type { FastifyReply } from 'fastify'
import type { LineWriter } from './line-writer.ts'

export const EVENT_STREAM = 'text/event-stream'

/** Sends `writer` as server-sent events, which nothing on the way may hold back or keep. */
export function sendEvents(reply: FastifyReply, { stream }: LineWriter): FastifyReply {
  return reply.type(EVENT_STREAM).header('cache-control', 'no-store').header('x-accel-buffering', 'no').send(stream)
}

/** One event as the HTML standard writes it; JSON has no newlines, so its data is one line. */
export function eventOf(name: string, id: number, data: unknown): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

/** A line that clients skip; it keeps connections open. */
export const HEARTBEAT = ': still here\n\n'
