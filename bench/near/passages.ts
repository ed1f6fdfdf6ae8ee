import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import { stableHash } from '../../src/core/text/normalise.ts'
import { readMarkdownFolder } from '../markdown-folder.ts'

/** Words of a passage, as many as a chunk has. */
const WORDS = { least: 100, most: 200 }

/** Paragraphs of the documents below `folder`, joined to passages of the length of chunks; `half` of the documents by the hash of their id. */
export async function readPassages(folder: string, half: 'first' | 'second'): Promise<readonly string[]> {
  const passages: string[] = []
  for (const corpus of (await readdir(folder)).sort()) {
    for (const { id, content } of (await readMarkdownFolder(join(folder, corpus), `${corpus}/`)).documents) {
      if (halfOf(id) !== half) continue
      passages.push(...passagesOf(content))
    }
  }
  if (passages.length === 0) throw new AppError('invalid_dataset', `${folder} holds no passage of ${WORDS.least} words`, { folder })
  return passages
}

const halfOf = (id: string): 'first' | 'second' => (Number.parseInt(stableHash(id).slice(0, 2), 16) % 2 === 0 ? 'first' : 'second')

function passagesOf(content: string): readonly string[] {
  const passages: string[] = []
  let paragraphs: string[] = []
  let words = 0
  for (const paragraph of content.split(/\n\s*\n/).map((each) => each.trim())) {
    const own = paragraph.split(/\s+/).length
    if (words + own > WORDS.most) [paragraphs, words] = [[], 0]
    if (own > WORDS.most) continue
    paragraphs.push(paragraph)
    words += own
    if (words < WORDS.least) continue
    passages.push(paragraphs.join('\n\n'))
    ;[paragraphs, words] = [[], 0]
  }
  return passages
}
