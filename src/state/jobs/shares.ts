import type { TenantId } from '../../core/ids.ts'

/** What a job is charged before its work is known, milliseconds. */
const FIRST_GUESS_MS = 1000
/** Work that took no time counts too, or a tenant of many tiny jobs would always be first. */
const SHORTEST_MS = 1
/** How much the latest job counts in the expected length of the next. */
const LEARNING = 0.2

/**
 * Whose turn it is. Each tenant has the time that its jobs took, divided by its weight; who has least is next (stride scheduling, Waldspurger 1995,
 * with the length of the work as the stride). A tenant that comes back after a pause starts where the others are: time that it did not use is not saved up.
 *
 * A job is charged what jobs took lately when it begins, and the difference when it ends.
 */
export class Shares {
  readonly #weights: Readonly<Record<string, number>>
  readonly #used = new Map<TenantId, number>()
  /** Where whoever was chosen last stood. */
  #now = 0
  #expectedMs = FIRST_GUESS_MS

  constructor(weights: Readonly<Record<string, number>>) {
    this.#weights = weights
  }

  /** What a job takes, as far as the latest tell. */
  get expectedMs(): number {
    return this.#expectedMs
  }

  #weightOf = (tenant: TenantId): number => this.#weights[tenant] ?? 1

  /** One of those that have a job to begin, or null; of equals the first. */
  next(tenants: readonly TenantId[]): TenantId | null {
    let best: TenantId | null = null
    for (const tenant of tenants) {
      if (best === null || this.#standing(tenant) < this.#standing(best)) best = tenant
    }
    return best
  }

  #standing(tenant: TenantId): number {
    return Math.max(this.#used.get(tenant) ?? 0, this.#now)
  }

  /** Charges a job that begins; resolves the charge when it is told how long it took. */
  begin(tenant: TenantId): (ms: number) => void {
    const charge = this.#expectedMs
    this.#now = this.#standing(tenant)
    this.#used.set(tenant, this.#now + charge / this.#weightOf(tenant))
    return (ms) => {
      this.#expectedMs += LEARNING * (ms - this.#expectedMs)
      this.#used.set(tenant, (this.#used.get(tenant) ?? 0) + (Math.max(SHORTEST_MS, ms) - charge) / this.#weightOf(tenant))
    }
  }

  /** Forgets tenants that are not ahead of the others: a new one starts there anyway. */
  trim(): void {
    for (const [tenant, used] of this.#used) if (used <= this.#now) this.#used.delete(tenant)
  }
}
