import type { Chunk } from './types.ts'

/**
 * Where a document comes from, as far as its shares of a budget are concerned: its metadata `source` where that is a string, else the host
 * of its address, else the folder of its id, else nothing in particular (the empty string).
 */
export function sourceOf({ metadata, uri, doc }: Pick<Chunk, 'metadata' | 'uri' | 'doc'>): string {
  const named = metadata['source']
  if (typeof named === 'string') return named
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/iu.exec(uri ?? '')?.[1]
  return host ?? doc.slice(0, Math.max(0, doc.lastIndexOf('/')))
}
