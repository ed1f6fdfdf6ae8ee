/** One line of a stream, without its end; null where it was longer than allowed and its bytes were thrown away. */
export interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array | null
}

const NEWLINE = 0x0a

/** Whether a line holds nothing but blanks, tabs and the first half of a Windows line end. */
export const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

/**
 * Splits a stream of bytes at newlines. Holds at most `maxBytes` and one chunk, however long a line is.
 * What follows the last newline is a line too, unless it is empty.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line, void, undefined> {
  let parts: Uint8Array[] = []
  let held = 0
  let tooLong = false
  let number = 0

  const keep = (part: Uint8Array) => {
    held += part.length
    if (held > maxBytes) {
      tooLong = true
      parts = []
    } else if (part.length > 0) parts.push(part)
  }
  const take = (): Line => {
    const line = { number: (number += 1), bytes: tooLong ? null : Buffer.concat(parts) }
    parts = []
    held = 0
    tooLong = false
    return line
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end))
      start = end + 1
      yield take()
    }
    keep(chunk.subarray(start))
  }
  if (held > 0) yield take()
}
