import type { Passage } from '../core/render/template.ts'
import type { Chunk } from '../core/types.ts'

/** What a template shows of a chunk. */
export function passageOf(chunk: Chunk, citation: number): Passage {
  return { citation, title: chunk.title, heading: headingOf(chunk), uri: chunk.uri, text: chunk.text }
}

/** The heading path as one string, without a first heading that only repeats the title. */
export function headingOf(chunk: Chunk): string {
  const [first, ...deeper] = chunk.headingPath
  const path = first === chunk.title ? deeper : chunk.headingPath
  return path.join(' › ')
}
