import { open } from 'node:fs/promises'

/** Forces the names in a folder onto the disk. */
export async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
