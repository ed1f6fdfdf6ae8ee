import { AppError } from '../../core/errors.ts'
import type { TenantId } from '../../core/ids.ts'
import type { JobSettings } from './settings.ts'

/** Bounds of `retry_after_ms`: sooner is pointless, later is nobody's guess. */
const SOONEST_MS = 1000
const LATEST_MS = 300_000

interface Load {
  jobs: number
  bytes: number
}

/** A place among the unfinished jobs of a tenant. */
export interface Place {
  /** Counts one more item before it is written. Throws `body_too_large` or `too_busy`. */
  grow(bytes: number): void
  /** Gives place and bytes back. */
  leave(): void
}

/** How many unfinished jobs and bytes of payload each tenant has, those included that are being submitted. */
export class Admission {
  readonly #settings: Pick<JobSettings, 'tenantJobs' | 'tenantBytes' | 'payloadBytes' | 'items' | 'concurrency'>
  readonly #expectedMs: () => number
  readonly #loads = new Map<TenantId, Load>()

  constructor(
    settings: Pick<JobSettings, 'tenantJobs' | 'tenantBytes' | 'payloadBytes' | 'items' | 'concurrency'>,
    expectedMs: () => number,
  ) {
    this.#settings = settings
    this.#expectedMs = expectedMs
  }

  /** Throws `too_busy` where the tenant has as many unfinished jobs as it may. */
  enter(tenant: TenantId): Place {
    const { tenantJobs } = this.#settings
    const load = this.#loadOf(tenant)
    if (load.jobs >= tenantJobs) throw this.#busy(load, `${tenantJobs} jobs of this tenant wait already`, { jobs: tenantJobs })
    return this.#place(tenant, load, 0)
  }

  /** The place of a job that was accepted before, at whatever load. */
  restore(tenant: TenantId, bytes: number): Place {
    return this.#place(tenant, this.#loadOf(tenant), bytes)
  }

  #loadOf(tenant: TenantId): Load {
    const load = this.#loads.get(tenant) ?? { jobs: 0, bytes: 0 }
    this.#loads.set(tenant, load)
    return load
  }

  #place(tenant: TenantId, load: Load, bytes: number): Place {
    let [own, items, isHeld] = [bytes, 0, true]
    load.jobs += 1
    load.bytes += bytes
    return {
      grow: (more) => {
        items += 1
        this.#refuseOver(load, own + more, more, items)
        own += more
        load.bytes += more
      },
      leave: () => {
        if (!isHeld) return
        isHeld = false
        load.jobs -= 1
        load.bytes -= own
        if (load.jobs === 0) this.#loads.delete(tenant)
      },
    }
  }

  #refuseOver(load: Load, own: number, more: number, items: number): void {
    const { tenantBytes, payloadBytes, items: most } = this.#settings
    if (items > most) throw new AppError('body_too_large', `A job takes at most ${most} documents or addresses`, { items: most })
    if (own > payloadBytes) throw new AppError('body_too_large', `A job takes at most ${payloadBytes} bytes`, { bytes: payloadBytes })
    if (load.bytes + more > tenantBytes)
      throw this.#busy(load, `The waiting jobs of this tenant hold ${tenantBytes} bytes already`, { bytes: tenantBytes })
  }

  /** Room is made by the end of one job; of all that wait, the tenant's own are assumed to take turns with as many others. */
  #busy({ jobs }: Load, message: string, limit: Readonly<Record<string, number>>): AppError {
    const ahead = jobs === 0 ? 1 : this.#loads.size
    const estimate = (this.#expectedMs() * ahead) / this.#settings.concurrency
    const retryAfterMs = Math.round(Math.min(LATEST_MS, Math.max(SOONEST_MS, estimate)))
    return new AppError('too_busy', message, { ...limit, retry_after_ms: retryAfterMs })
  }
}
