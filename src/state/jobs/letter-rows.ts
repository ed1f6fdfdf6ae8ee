import type { JobId, TenantId } from '../../core/ids.ts'
import type { JobPage } from '../../core/ports/job-queue.ts'
import { chunksOf } from '../chunks.ts'
import { reach } from '../database-error.ts'
import type { Database } from '../schema.ts'
import type { StoredLetter } from './letters.ts'

/** The view of dead letters by tenant and job; the files are the truth. */
export class LetterRows {
  readonly #database: Database
  readonly #owner: string

  constructor(database: Database, owner: string) {
    this.#database = database
    this.#owner = owner
  }

  async add(letters: readonly StoredLetter[]): Promise<void> {
    for (const some of chunksOf(letters)) {
      const rows = some.map((letter) => {
        const { id, tenant, job } = letter
        return { id, owner: this.#owner, tenant, job, content: JSON.stringify(letter) }
      })
      const insert = this.#database.insertInto('dead_letters').values(rows)
      await reach(insert.onConflict((conflict) => conflict.columns(['owner', 'id']).doNothing()).execute())
    }
  }

  async remove(letters: readonly Pick<StoredLetter, 'id'>[]): Promise<void> {
    for (const some of chunksOf(letters)) {
      const ids = some.map(({ id }) => id)
      await reach(this.#database.deleteFrom('dead_letters').where('owner', '=', this.#owner).where('id', 'in', ids).execute())
    }
  }

  /** Every one, for a start that compares them with the files. */
  async ids(): Promise<Set<string>> {
    const rows = await reach(this.#database.selectFrom('dead_letters').select('id').where('owner', '=', this.#owner).execute())
    return new Set(rows.map(({ id }) => id))
  }

  #own() {
    return this.#database.selectFrom('dead_letters').select('content').where('owner', '=', this.#owner)
  }

  async list(tenant: TenantId, job: JobId | null, { after, limit }: JobPage): Promise<StoredLetter[]> {
    let query = this.#own().where('tenant', '=', tenant)
    if (job !== null) query = query.where('job', '=', job)
    if (after !== null) query = query.where('id', '<', after)
    return lettersOf(await reach(query.orderBy('id', 'desc').limit(limit).execute()))
  }

  /** Those of the tenant with these ids; null is all. */
  async find(tenant: TenantId, ids: readonly string[] | null): Promise<StoredLetter[]> {
    const query = this.#own().where('tenant', '=', tenant).orderBy('id')
    if (ids === null) return lettersOf(await reach(query.execute()))
    const found: StoredLetter[] = []
    for (const some of chunksOf(ids)) found.push(...lettersOf(await reach(query.where('id', 'in', some).execute())))
    return found
  }

  /** All of one job. */
  async ofJob(tenant: TenantId, job: JobId): Promise<StoredLetter[]> {
    return lettersOf(await reach(this.#own().where('tenant', '=', tenant).where('job', '=', job).orderBy('id').execute()))
  }

  /** The oldest of a tenant, beyond the latest `kept`. */
  async surplus(tenant: TenantId, kept: number): Promise<StoredLetter[]> {
    return lettersOf(await reach(this.#own().where('tenant', '=', tenant).orderBy('id', 'desc').offset(kept).execute()))
  }

  async count(): Promise<number> {
    const all = this.#database.selectFrom('dead_letters').where('owner', '=', this.#owner)
    const { count } = await reach(all.select((row) => row.fn.countAll<string>().as('count')).executeTakeFirstOrThrow())
    return Number(count)
  }
}

const lettersOf = (rows: readonly { readonly content: string }[]): StoredLetter[] =>
  rows.map(({ content }) => JSON.parse(content) as StoredLetter)
