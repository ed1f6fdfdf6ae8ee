import type { StoredSource } from '../src/core/ports/index-reader.ts'
import type { ParsedSource } from './parse/parse.ts'

/** A stored document as a parser would hand it over. */
export function parsedSource({ document, structure }: StoredSource): ParsedSource {
  return { document, ...structure, warnings: [] }
}
