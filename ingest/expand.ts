import type { Limits } from '../src/core/ports/limits.ts'
import type { RawDocument } from '../src/core/types.ts'
import { mayHoldMany } from './parse/detect.ts'
import type { ParserPool } from './parse/parser-pool.ts'
import type { Unpacked } from './unpack/unread.ts'

/** Each document as it is, or in its place those that it holds: the files of an archive, the records of JSON. */
export async function* expand(source: AsyncIterable<RawDocument>, parsers: ParserPool, limits: Limits): AsyncGenerator<Unpacked> {
  for await (const raw of source) {
    if (mayHoldMany(raw)) yield* parsers.unpack(raw, limits)
    else yield raw
  }
}
