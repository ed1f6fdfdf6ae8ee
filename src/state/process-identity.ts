import { readFileSync } from 'node:fs'
import { hasCode } from '../core/error-code.ts'

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Changes with every start of the machine; null where nobody can tell. */
export const bootIdentity = (): string | null => read('/proc/sys/kernel/random/boot_id')?.trim() ?? null

/**
 * What distinguishes a process from a later one with the same id: the boot and the start time in clock ticks since then (field 22
 * of /proc/<pid>/stat). Null for a process that is gone or only waits to be reaped. Where there is no /proc the id has to do.
 */
export function processIdentity(pid: number): string | null {
  const boot = bootIdentity()
  if (boot === null) return signalable(pid) ? 'running' : null
  const stat = read(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The name in field 2 may hold spaces and parentheses; what follows its last one starts with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [processState] = fields
  const startTicks = fields[19]
  if (processState === 'Z' || processState === 'X' || startTicks === undefined) return null
  return `${boot}/${startTicks}`
}

function signalable(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}
