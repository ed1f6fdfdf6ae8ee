import { PgBoss, type Db as Statements } from 'pg-boss'
import type { JobId, TenantId } from '../../core/ids.ts'
import { reach } from '../database-error.ts'
import { idOfUuid, uuidOf } from './ordered-id.ts'
import type { JobRecord } from './job-record.ts'
import type { JobSettings } from './settings.ts'

/** pg-boss keeps its tables apart from ours. */
const SCHEMA = 'ration_queue'
const DAY_S = 86_400
/** Priorities are 32-bit numbers: seconds since 2025 last until 2093. */
const EPOCH_S = Date.UTC(2025, 0, 1) / 1000

/** Attempts are counted in the record of a job, which outlives its message. */
const RETRIES = 1_000_000

type MessageSettings = Pick<JobSettings, 'backOffS' | 'backOffMaxS' | 'leaseS' | 'runMinutes'>

export interface MessagePorts {
  /** Runs the statements of pg-boss on the control database. */
  readonly statements: Statements
  readonly backend: 'pglite' | 'postgres'
  readonly owner: string
  readonly warn: (message: string) => void
}

/**
 * The turn of jobs, in pg-boss: one queue for each tenant of a data directory, one message for each job that is not finished. pg-boss hands a message to
 * one worker at a time, takes it back when its heartbeat stops, and gives it out again after a back-off that doubles, with jitter.
 *
 * PGlite runs on the main thread, so nothing of pg-boss runs by itself: no polling, no schedules, no statistics. What has expired is looked for by
 * `expire`, while something runs.
 */
export class Messages {
  readonly #boss: PgBoss
  readonly #settings: MessageSettings
  readonly #owner: string
  readonly #queues = new Set<string>()

  private constructor(boss: PgBoss, settings: MessageSettings, owner: string) {
    this.#boss = boss
    this.#settings = settings
    this.#owner = owner
  }

  static async open(settings: MessageSettings, { statements, backend, owner, warn }: MessagePorts): Promise<Messages> {
    const boss = new PgBoss({
      ...{ db: statements, backend, schema: SCHEMA, supervise: false, schedule: false, reindex: false, monitorVacuum: false },
      ...{ useListenNotify: false, queueCacheIntervalSeconds: DAY_S, bamIntervalSeconds: DAY_S },
    })
    boss.on('error', (error) => warn(`The queue of the control database reports: ${error.message}`))
    boss.on('warning', ({ message }) => warn(`The queue of the control database warns: ${message}`))
    await reach(boss.start())
    return new Messages(boss, settings, owner)
  }

  #nameOf(tenant: TenantId): string {
    return `${this.#owner}/${tenant}`
  }

  async #queue(tenant: TenantId): Promise<string> {
    const { backOffS, backOffMaxS, leaseS, runMinutes } = this.#settings
    const name = this.#nameOf(tenant)
    if (this.#queues.has(name)) return name
    const options = {
      ...{ retryLimit: RETRIES, retryDelay: backOffS, retryBackoff: backOffS > 0 },
      ...(backOffS > 0 ? { retryDelayMax: backOffMaxS } : {}),
      ...{ heartbeatSeconds: leaseS, expireInSeconds: runMinutes * 60, deleteAfterSeconds: DAY_S },
    }
    await reach(this.#boss.createQueue(name, options))
    await reach(this.#boss.updateQueue(name, options))
    this.#queues.add(name)
    return name
  }

  /** Puts jobs into the turn of their tenant; one that stands there already stays as it is. */
  async send(tenant: TenantId, records: readonly JobRecord[]): Promise<void> {
    const name = await this.#queue(tenant)
    const messages = records.map(({ id, createdAt, notBefore }) => ({
      id: uuidOf(id),
      priority: EPOCH_S - Math.floor(createdAt / 1000),
      ...(notBefore === null ? {} : { startAfter: new Date(notBefore) }),
    }))
    await reach(this.#boss.insert(name, messages))
  }

  /** Takes the next job of the tenant that may begin, or null. */
  async take(tenant: TenantId): Promise<JobId | null> {
    const [message] = await reach(this.#boss.fetch(await this.#queue(tenant), { batchSize: 1 }))
    return message === undefined ? null : (`job_${idOfUuid(message.id)}` as JobId)
  }

  /** Says that the worker lives. False where the job is not its own any more. */
  async touch({ tenant, id }: JobRecord): Promise<boolean> {
    const answer = await reach(this.#boss.touch(await this.#queue(tenant), uuidOf(id)))
    return (answer as { readonly affected?: number }).affected !== 0
  }

  /** Gives a job back after weather. Resolves when it may begin again, milliseconds since the epoch. */
  async fail(record: JobRecord): Promise<number> {
    const { tenant, id } = record
    const name = await this.#queue(tenant)
    await reach(this.#boss.fail(name, uuidOf(id)))
    const [message] = await reach(this.#boss.findJobs(name, { id: uuidOf(id) }))
    if (message === undefined) await this.send(tenant, [record])
    return (message?.startAfter ?? new Date()).getTime()
  }

  /** Takes a job out of the turn, whatever its state. */
  async remove({ tenant, id }: Pick<JobRecord, 'tenant' | 'id'>): Promise<void> {
    await reach(this.#boss.deleteJob(await this.#queue(tenant), uuidOf(id)))
  }

  /** Gives back what a worker holds that has stopped to say that it lives. */
  async expire(tenants: readonly TenantId[]): Promise<void> {
    for (const tenant of tenants) await reach(this.#boss.supervise(await this.#queue(tenant)))
  }

  /** Empties every turn: a start knows better what is unfinished. */
  async clear(): Promise<void> {
    for (const { name } of await reach(this.#boss.getQueues())) {
      if (name.startsWith(`${this.#owner}/`)) await reach(this.#boss.deleteAllJobs(name))
    }
  }

  close = (): Promise<void> => this.#boss.stop({ graceful: false, close: false })
}
