import type { Chunk } from '../core/types.ts'

/** The heading path as one string, without a first heading that only repeats the title. */
export function headingOf(chunk: Chunk): string {
  const [first, ...deeper] = chunk.headingPath
  const path = first === chunk.title ? deeper : chunk.headingPath
  return path.join(' › ')
}
