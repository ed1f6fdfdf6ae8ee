import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/**
 * Lets other threads of the machine go before the one that calls this, and before those that it starts. Only Linux gives threads priorities of
 * their own; elsewhere nothing changes. A thread is never raised, which would need rights: a service may stand back as a whole.
 */
export function makeThreadNice(niceness: number): void {
  const thread = currentThread()
  if (thread === null) return
  try {
    if (niceness > getPriority(thread)) setPriority(thread, niceness)
  } catch {
    // The host forbids it: models run all the same.
  }
}

/** Its id to the kernel; null where the kernel does not say. */
export function currentThread(): number | null {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  } catch {
    return null
  }
}
