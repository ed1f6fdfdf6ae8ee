import { readdir, readFile } from 'node:fs/promises'

const KB = 1024

/** Resident bytes of a process and of everything that it started, threads included. Linux only; 0 where /proc is not there. */
export async function residentBytes(root: number): Promise<number> {
  const parents = await parentsOf()
  const family = new Set([root])
  // Children have no order in /proc: look until nobody joins.
  for (let size = 0; size < family.size;) {
    size = family.size
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid)
  }
  const sizes = await Promise.all([...family].map(residentOf))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

async function parentsOf(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(async (pid) => [pid, Number(await statusOf(pid, 'PPid'))] as const))
  return new Map(found)
}

const residentOf = async (pid: number): Promise<number> => Number.parseInt(await statusOf(pid, 'VmRSS'), 10) * KB || 0

/** The empty string for a process that has ended meanwhile. */
async function statusOf(pid: number, field: string): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return new RegExp(`^${field}:\\s*(\\d+)`, 'mu').exec(status)?.[1] ?? ''
}
