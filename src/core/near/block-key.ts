import { stableHash } from '../text/normalise.ts'

/** A block of a source, wherever it stands: what is boilerplate of one source is content of another. */
export function blockKey(source: string, text: string): string {
  return stableHash(source, text.trim())
}
