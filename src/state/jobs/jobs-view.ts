import type { JobId, TenantId } from '../../core/ids.ts'
import type { JobPage, JobState } from '../../core/ports/job-queue.ts'
import type { JobRecord } from './job-record.ts'
import type { JobRows } from './job-rows.ts'
import type { LiveJob } from './live-job.ts'

/**
 * All that is known of jobs: the live ones as they are now, the others as their rows have them. A row that could not be written is remembered here and
 * written later, since the journal has it already.
 */
export class JobsView {
  readonly live = new Map<JobId, LiveJob>()
  readonly #unsaved = new Map<JobId, JobRecord>()
  readonly #rows: JobRows
  #writing = Promise.resolve()
  readonly #warn: (message: string) => void

  constructor(rows: JobRows, warn: (message: string) => void) {
    this.#rows = rows
    this.#warn = warn
  }

  get isBehind(): boolean {
    return this.#unsaved.size > 0
  }

  /** Never rejects; `flush` tries again. */
  async save(record: JobRecord): Promise<void> {
    this.#unsaved.set(record.id, record)
    await this.flush()
  }

  /** One after another: on several connections an older state could overtake a newer one. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const records = Array.from(this.#unsaved.values())
    if (records.length === 0) return
    try {
      await this.#rows.save(records)
      for (const record of records) if (this.#unsaved.get(record.id) === record) this.#unsaved.delete(record.id)
    } catch (error) {
      this.#warn(`Rows of ${records.length} jobs could not be written and will be again: ${String(error)}`)
    }
  }

  #latest(record: JobRecord): JobRecord {
    return this.live.get(record.id)?.record ?? this.#unsaved.get(record.id) ?? record
  }

  /** Null for one of another tenant as well. */
  async find(tenant: TenantId, id: JobId): Promise<JobRecord | null> {
    const record = this.live.get(id)?.record ?? this.#unsaved.get(id) ?? (await this.#rows.find(id))
    return record?.tenant === tenant ? record : null
  }

  async findByKey(tenant: TenantId, key: string, since: number): Promise<JobRecord | null> {
    const held = [...Array.from(this.live.values(), ({ record }) => record), ...this.#unsaved.values()]
    const found = held.find((record) => record.tenant === tenant && record.idempotencyKey === key && record.createdAt >= since)
    return found ?? (await this.#rows.findByKey(tenant, key, since))
  }

  async list(tenant: TenantId, state: JobState | null, page: JobPage): Promise<JobRecord[]> {
    await this.flush()
    return (await this.#rows.list(tenant, state, page)).map((record) => this.#latest(record))
  }
}
