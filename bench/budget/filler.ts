import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { DocumentId } from '../../src/core/ids.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { readCorpus } from '../dataset.ts'
import { readMarkdownFolder, streamOf } from '../markdown-folder.ts'

/** Documents of the folders (BEIR layout or trees of Markdown), one after the other, until they hold `characters`; fewer where there are no more. */
export async function readFiller(folders: readonly string[], characters: number): Promise<readonly TextDocument[]> {
  const filler: TextDocument[] = []
  let held = 0
  for (const folder of folders) {
    for await (const document of await documentsOf(folder)) {
      if (held >= characters) return filler
      filler.push({ ...document, id: `filler/${basename(resolve(folder))}/${document.id}` as DocumentId })
      held += document.content.length
    }
  }
  return filler
}

async function documentsOf(folder: string): Promise<AsyncIterable<TextDocument>> {
  const isDataset = await stat(join(folder, 'corpus.jsonl')).then(
    () => true,
    () => false,
  )
  return isDataset ? readCorpus(folder) : streamOf((await readMarkdownFolder(folder)).documents)
}
