import type { JobId, TenantId } from '../../core/ids.ts'
import type { JobRecord } from './job-record.ts'

interface Kept {
  bytes: number
  /** In the order in which they came. */
  readonly jobs: Map<JobId, number>
}

/**
 * Which failed and cancelled jobs have their payload for a retry: those of a tenant together as many bytes as its waiting jobs may have. Whoever
 * removes a payload, or begins its job again, takes it out of here first and without waiting in between, so that nobody removes what another has taken.
 */
export class KeptPayloads {
  readonly #tenantBytes: number
  readonly #tenants = new Map<TenantId, Kept>()

  constructor(tenantBytes: number) {
    this.#tenantBytes = tenantBytes
  }

  /** Gives back those that make room for it, oldest first: they are taken. */
  add({ id, tenant, bytes }: Pick<JobRecord, 'id' | 'tenant' | 'bytes'>): readonly JobId[] {
    const kept = this.#tenants.get(tenant) ?? { bytes: 0, jobs: new Map<JobId, number>() }
    this.#tenants.set(tenant, kept)
    kept.jobs.set(id, bytes)
    kept.bytes += bytes
    const surplus: JobId[] = []
    for (const oldest of kept.jobs.keys()) {
      if (kept.bytes <= this.#tenantBytes) break
      this.take({ id: oldest, tenant })
      surplus.push(oldest)
    }
    return surplus
  }

  /** False where it is not kept, or was taken before. */
  take({ id, tenant }: Pick<JobRecord, 'id' | 'tenant'>): boolean {
    const kept = this.#tenants.get(tenant)
    const bytes = kept?.jobs.get(id)
    if (kept === undefined || bytes === undefined) return false
    kept.bytes -= bytes
    kept.jobs.delete(id)
    if (kept.jobs.size === 0) this.#tenants.delete(tenant)
    return true
  }
}
