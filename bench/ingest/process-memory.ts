import { readdir, readFile } from 'node:fs/promises'

const KB = 1024

/**
 * Memory of a process and of everything that it started, bytes; 0 where /proc is not there. A page that several of them share, such as the code of Node, counts
 * once (proportional set sizes).
 */
export async function memoryOf(root: number): Promise<number> {
  const parents = await parentsOf()
  const family = new Set([root])
  // Children have no order in /proc: look until nobody joins.
  for (let size = 0; size < family.size;) {
    size = family.size
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid)
  }
  const sizes = await Promise.all([...family].map(proportionOf))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

async function parentsOf(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(async (pid) => [pid, await fieldOf(pid, 'status', 'PPid')] as const))
  return new Map(found)
}

const proportionOf = async (pid: number): Promise<number> => (await fieldOf(pid, 'smaps_rollup', 'Pss')) * KB

/** 0 for a process that has ended meanwhile. */
async function fieldOf(pid: number, file: 'status' | 'smaps_rollup', field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, 'mu').exec(text)?.[1] ?? 0)
}
