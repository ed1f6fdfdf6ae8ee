import type { JobId, TenantId } from '../../core/ids.ts'
import type { JobPage, JobState } from '../../core/ports/job-queue.ts'
import { chunksOf } from '../chunks.ts'
import { reach } from '../database-error.ts'
import type { Database } from '../schema.ts'
import type { JobRecord } from './job-record.ts'
import type { Remembered } from './journal.ts'

/** The view of all jobs of one data directory by tenant, state and idempotency key. It can be lost: the journal makes it again. */
export class JobRows {
  readonly #database: Database
  readonly #owner: string

  constructor(database: Database, owner: string) {
    this.#database = database
    this.#owner = owner
  }

  #own() {
    return this.#database.selectFrom('jobs').select('content').where('owner', '=', this.#owner)
  }

  async save(records: readonly JobRecord[]): Promise<void> {
    for (const some of chunksOf(records)) {
      const insert = this.#database.insertInto('jobs').values(some.map((record) => this.#row(record)))
      await reach(
        insert
          .onConflict((conflict) =>
            conflict.columns(['owner', 'id']).doUpdateSet((row) => ({
              state: row.ref('excluded.state'),
              finished_at: row.ref('excluded.finished_at'),
              content: row.ref('excluded.content'),
            })),
          )
          .execute(),
      )
    }
  }

  #row(record: JobRecord) {
    const { id, tenant, state, idempotencyKey, createdAt, finishedAt } = record
    return {
      ...{ id, owner: this.#owner, tenant, state, idempotency_key: idempotencyKey, content: JSON.stringify(record) },
      ...{ created_at: new Date(createdAt), finished_at: finishedAt === null ? null : new Date(finishedAt) },
    }
  }

  async remove(ids: readonly JobId[]): Promise<void> {
    for (const some of chunksOf(ids)) {
      await reach(this.#database.deleteFrom('jobs').where('owner', '=', this.#owner).where('id', 'in', some).execute())
    }
  }

  async find(id: JobId): Promise<JobRecord | null> {
    return recordOf(await reach(this.#own().where('id', '=', id).executeTakeFirst()))
  }

  async findByKey(tenant: TenantId, idempotencyKey: string, since: number): Promise<JobRecord | null> {
    const found = this.#own()
      .where('tenant', '=', tenant)
      .where('idempotency_key', '=', idempotencyKey)
      .where('created_at', '>=', new Date(since))
    return recordOf(await reach(found.orderBy('id', 'desc').limit(1).executeTakeFirst()))
  }

  async list(tenant: TenantId, state: JobState | null, { after, limit }: JobPage): Promise<JobRecord[]> {
    let query = this.#own().where('tenant', '=', tenant)
    if (state !== null) query = query.where('state', '=', state)
    if (after !== null) query = query.where('id', '<', after)
    const rows = await reach(query.orderBy('id', 'desc').limit(limit).execute())
    return rows.map(({ content }) => JSON.parse(content) as JobRecord)
  }

  /** Everything, for a start that compares it with the journal: content by id. */
  async all(): Promise<Map<JobId, string>> {
    const rows = await reach(this.#database.selectFrom('jobs').select(['id', 'content']).where('owner', '=', this.#owner).execute())
    return new Map(rows.map(({ id, content }) => [id as JobId, content]))
  }

  /** Ended jobs that are not remembered any longer. */
  async forgettable({ since, ended }: Remembered): Promise<readonly Pick<JobRecord, 'id' | 'tenant'>[]> {
    const finished = this.#database
      .selectFrom('jobs')
      .select(['id', 'tenant'])
      .where('owner', '=', this.#owner)
      .where('finished_at', 'is not', null)
    const surplus = finished.orderBy('finished_at', 'desc').offset(ended)
    const old = finished.where('finished_at', '<', new Date(since))
    const rows = [...(await reach(old.execute())), ...(await reach(surplus.execute()))]
    return rows.map(({ id, tenant }) => ({ id: id as JobId, tenant: tenant as TenantId }))
  }
}

const recordOf = (row: { readonly content: string } | undefined): JobRecord | null =>
  row === undefined ? null : (JSON.parse(row.content) as JobRecord)
