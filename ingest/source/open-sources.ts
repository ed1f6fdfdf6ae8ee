import { codeOf } from '../../src/core/error-code.ts'
import type { SourceSettings } from '../settings.ts'
import { readDocument } from './file.ts'
import { filesBelow, type FoundFile } from './folder.ts'
import { jsonLines } from './json-lines.ts'
import { isArchive, isJsonLines } from './media-types.ts'
import { prefixOf, type Root } from './roots.ts'
import type { Source, SourceItem, Unread } from './source.ts'
import { countLines } from './text-lines.ts'

/** Beyond this many files or bytes of JSON lines the number of documents is unknown rather than waited for. */
const COUNTED_FILES = 100_000
const COUNTED_BYTES = 1_073_741_824

/** Files and folders as one source of documents, in the order given. Documents of JSON lines bring their own ids. */
export function openSources(roots: readonly Root[], settings: SourceSettings): Source {
  return {
    async count() {
      let [count, files, bytes] = [0, 0, 0]
      for await (const found of filesOf(roots)) {
        if (++files > COUNTED_FILES || bytes > COUNTED_BYTES) return null
        if ('failure' in found) count++
        else if (isArchive(found.path)) return null
        else if (isJsonLines(found.path)) {
          const counted = await linesOf(found.path, COUNTED_BYTES - bytes)
          count += counted.lines
          bytes += counted.bytes
        } else count++
      }
      return count
    },
    async *items(): AsyncGenerator<SourceItem> {
      for await (const found of filesOf(roots)) {
        if ('failure' in found) yield found
        else if (isJsonLines(found.path)) yield* jsonLines(found.path, found.name, settings)
        else yield await readDocument(found.path, found.name, settings)
      }
    },
  }
}

/** A file that cannot be read is one failure when its turn comes, not the end of the load before it began. */
async function linesOf(path: string, limit: number): Promise<{ readonly lines: number; readonly bytes: number }> {
  try {
    return await countLines(path, limit)
  } catch (error) {
    if (codeOf(error) === null) throw error
    return { lines: 1, bytes: 0 }
  }
}

async function* filesOf(roots: readonly Root[]): AsyncGenerator<FoundFile | Unread> {
  for (const root of roots) {
    if (!root.isFolder) yield { path: root.path, name: root.name }
    else for await (const found of filesBelow(root.path, root)) yield named(found, prefixOf(root))
  }
}

function named(found: FoundFile | Unread, prefix: string): FoundFile | Unread {
  if ('path' in found) return { path: found.path, name: `${prefix}${found.name}` }
  return { failure: { ...found.failure, id: `${prefix}${found.failure.id}` } }
}
