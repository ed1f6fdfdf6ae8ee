import { createHash } from 'node:crypto'
import type { TextDocument } from '../../src/core/types.ts'
import type { Corpus } from '../build-index.ts'
import { streamOf } from '../markdown-folder.ts'

/** A corpus of documents held in memory. */
export function corpusOf(name: string, documents: readonly TextDocument[]): Corpus {
  const hash = createHash('sha256')
  for (const { id, title, content } of documents) hash.update(JSON.stringify([id, title, content]))
  return { name: `budget-${name}`, hash: hash.digest('hex').slice(0, 16), documents: documents.length, read: () => streamOf(documents) }
}
