import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import process from 'node:process'

/** Of a process with all its threads: Linux keeps a priority for each of them, and those that collect garbage are there from the start. */
export function lowerPriority(pid: number, nice: number): void {
  try {
    const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid]
    for (const thread of threads) setPriority(thread, nice)
  } catch {
    // It has just ended, or the host forbids it: both show elsewhere or not at all.
  }
}
