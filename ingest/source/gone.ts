import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../src/core/error-code.ts'
import { holdsMany } from './media-types.ts'
import type { Root } from './roots.ts'

/**
 * Whether what a load of this root has not met as `name` (below the root) is not there any more. A file that is there is not gone, whether it was read or
 * not, unless it has become many documents; what the root does not ask for is none of its business. A name may lead into a file (`a.zip/b.md`): then it is gone where that file is asked for,
 * since whoever asks has looked into it.
 */
export async function isGone(root: Root, name: string): Promise<boolean> {
  const kind = await kindOf(join(root.path, name))
  if (kind === 'unknown') return false
  if (kind === 'file') return holdsMany(name) && root.takes(name)
  const heads = name.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))
  if (kind !== 'inside a file') return heads.some((head) => root.takes(head))
  const container = await fileAbove(root, name)
  return container !== null && root.takes(container)
}

type Kind = 'file' | 'nothing' | 'inside a file' | 'unknown'

/** Folders and links are no files: nothing is read from them. */
async function kindOf(path: string): Promise<Kind> {
  try {
    return (await lstat(path)).isFile() ? 'file' : 'nothing'
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    return code === 'ENOENT' ? 'nothing' : code === 'ENOTDIR' ? 'inside a file' : 'unknown'
  }
}

/** The name of the file that a name leads into; empty for the root itself. */
async function fileAbove(root: Root, name: string): Promise<string | null> {
  const parts = name.split('/')
  for (let length = parts.length - 1; length >= 0; length--) {
    const above = parts.slice(0, length).join('/')
    if ((await kindOf(join(root.path, above))) === 'file') return above
  }
  return null
}
