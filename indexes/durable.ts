import { open, readdir, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hasCode } from '../src/core/error-code.ts'

/** Forces what was written to `file`, or the entries of a directory, onto the disk. */
export async function fsyncPath(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** After a power cut `file` holds either its old content or `content`, whole. */
export async function writeDurably(file: string, content: string): Promise<void> {
  const temporary = `${file}.tmp`
  await writeFile(temporary, content)
  await fsyncPath(temporary)
  await rename(temporary, file)
  await fsyncPath(path.dirname(file))
}

/** The result of `work`, or null where there is no such file; every other failure says nothing about whether there is one. */
async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

export async function exists(file: string): Promise<boolean> {
  return (await unlessAbsent(stat(file))) !== null
}

/**
 * Every file and directory below `directory`, itself included. What vanishes meanwhile is left out: LanceDB cleans old versions up while
 * others look, which is why this is not Node's own recursion.
 */
export async function tree(directory: string): Promise<{ readonly files: string[]; readonly directories: string[] }> {
  const files: string[] = []
  const directories = [directory]
  for (const parent of directories) {
    for (const entry of (await unlessAbsent(readdir(parent, { withFileTypes: true }))) ?? []) {
      const found = path.join(parent, entry.name)
      if (entry.isDirectory()) directories.push(found)
      else files.push(found)
    }
  }
  return { files, directories }
}

export async function bytesBelow(directory: string): Promise<number> {
  const { files } = await tree(directory)
  let bytes = 0
  for (const file of files) bytes += (await unlessAbsent(stat(file)))?.size ?? 0
  return bytes
}

/**
 * Remembers what below a directory is on disk already: LanceDB writes each file once and never calls fsync, so one pass
 * after a write forces the new files and the directories that got new entries.
 */
export class SyncedTree {
  readonly #root: string
  #synced: ReadonlySet<string> = new Set()

  constructor(root: string) {
    this.#root = root
  }

  async sync(): Promise<void> {
    const { files, directories } = await tree(this.#root)
    const fresh = files.filter((file) => !this.#synced.has(file))
    const touched = new Set(fresh.map((file) => path.dirname(file)))
    for (const directory of directories) if (!this.#synced.has(directory)) touched.add(directory).add(path.dirname(directory))
    for (const file of fresh) await fsyncPath(file)
    for (const directory of touched) await fsyncPath(directory)
    this.#synced = new Set([...files, ...directories])
  }
}
