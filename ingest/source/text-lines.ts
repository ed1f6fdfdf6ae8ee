import { createReadStream } from 'node:fs'

export interface TextLine {
  /** From 1. */
  readonly number: number
  /** Null for a line that is longer than the limit; it is not held. */
  readonly bytes: Buffer | null
}

const LINE_FEED = 0x0a

/** The lines of a file, without holding more than one of at most `limit` bytes. */
export async function* textLines(path: string, limit: number): AsyncGenerator<TextLine> {
  let number = 1
  let parts: Buffer[] = []
  let length = 0
  const take = (piece: Buffer): void => {
    length += piece.length
    if (length <= limit) parts.push(piece)
    else parts = []
  }
  const line = (): TextLine => {
    const done = { number: number++, bytes: length <= limit ? Buffer.concat(parts) : null }
    parts = []
    length = 0
    return done
  }
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, end))
      yield line()
      start = end + 1
    }
    take(chunk.subarray(start))
  }
  if (length > 0) yield line()
}

/** Number of lines, the last one with or without a line break, of the first `limit` bytes, and how many bytes that were. */
export async function countLines(path: string, limit: number): Promise<{ readonly lines: number; readonly bytes: number }> {
  let [lines, bytes] = [0, 0]
  let last = LINE_FEED
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines++
    bytes += chunk.length
    last = chunk.at(-1) ?? last
    if (bytes > limit) break
  }
  return { lines: last === LINE_FEED ? lines : lines + 1, bytes }
}
