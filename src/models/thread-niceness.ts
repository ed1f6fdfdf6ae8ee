import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets other threads of the machine go before the one that calls this, and before those that it starts. Only Linux gives threads priorities of
 * their own; elsewhere nothing changes. Lowering needs no rights.
 */
export function makeThreadNice(niceness: number): void {
  const thread = currentThread()
  if (thread !== null && niceness > 0) setPriority(thread, niceness)
}

/** Its id to the kernel; null where the kernel does not say. */
export function currentThread(): number | null {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  } catch {
    return null
  }
}
