import { copyFile, link, mkdir, open, readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from '../../core/error-code.ts'
import { AppError } from '../../core/errors.ts'
import type { JobId, TenantId } from '../../core/ids.ts'
import type { DeadLetter } from '../../core/ports/job-queue.ts'
import { syncFolder, unlessAbsent, writeError } from '../durable-file.ts'
import { bytesOf, decodeItems, encodeItem, type SpooledItem } from './item-frame.ts'
import type { JobRecord, Settled } from './job-record.ts'
import { idOf, type NumberedItem, type Spool } from './spool.ts'

/** A dead letter with what a retry needs to know. */
export interface StoredLetter extends DeadLetter {
  readonly tenant: TenantId
  readonly key: string | null
  readonly feature: string
  /** Number of the item in its job: several documents of one archive share it. */
  readonly ordinal: number
}

/**
 * Dead letters as they stand in `<data>/spool/<job>/letters/`: `<id>.json` says what and why, `<id>.item` is the item as it came. These files are
 * the truth, the rows a view. Documents of one archive link the same file, so that its bytes stand there once.
 */
export class Letters {
  readonly #spool: Spool
  readonly #newId: () => string

  constructor(spool: Spool, newId: () => string) {
    this.#spool = spool
    this.#newId = newId
  }

  #folder(job: JobId): string {
    return join(this.#spool.folder(job), 'letters')
  }

  /** Writes a letter for each failed document of the job, in place of those of an attempt before. Resolved = they survive a power cut. */
  async write(record: JobRecord, failed: readonly Settled[], at: number): Promise<StoredLetter[]> {
    const folder = this.#folder(record.id)
    await rm(folder, { recursive: true, force: true })
    if (failed.length === 0) return []
    try {
      await mkdir(folder, { mode: 0o700 })
      const letters: StoredLetter[] = []
      const origins = await this.#origins(record.id, failed)
      for await (const item of this.#spool.read(record.id)) {
        const documents = origins.get(item.ordinal) ?? []
        if (documents.length > 0) letters.push(...(await this.#writeItem(folder, record, item, documents, at)))
      }
      await syncFolder(folder)
      await syncFolder(this.#spool.folder(record.id))
      return letters
    } catch (error) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
      throw writeError(error)
    }
  }

  /** Which item each failed document came from: the last one of its id, or the one whose id its own begins with (`archive.zip/inner.md`). */
  async #origins(job: JobId, failed: readonly Settled[]): Promise<Map<number, Settled[]>> {
    const ordinals = new Map<string, number>()
    for await (const item of this.#spool.read(job)) ordinals.set(idOf(item), item.ordinal)
    const origins = new Map<number, Settled[]>()
    for (const document of failed) {
      const ordinal = originOf(document.id, ordinals)
      if (ordinal !== null) origins.set(ordinal, [...(origins.get(ordinal) ?? []), document])
    }
    return origins
  }

  async #writeItem(
    folder: string,
    record: JobRecord,
    item: NumberedItem,
    documents: readonly Settled[],
    at: number,
  ): Promise<StoredLetter[]> {
    const frame = encodeItem(item)
    const letters = documents.map((document) => this.#letter(record, item, document, bytesOf(frame), at))
    let first: string | null = null
    for (const letter of letters) {
      const path = join(folder, `${letter.id}.item`)
      if (first === null) await writeSynced(path, frame)
      else await linkOrCopy(first, path)
      first ??= path
      await writeSynced(join(folder, `${letter.id}.json`), JSON.stringify(letter))
    }
    return letters
  }

  #letter(
    { id: job, index, tenant, key, feature }: JobRecord,
    item: NumberedItem,
    { id, error }: Settled,
    bytes: number,
    at: number,
  ): StoredLetter {
    const { code, message } = error ?? { code: 'internal', message: '' }
    const { ordinal, retries } = item
    return { id: `dl_${this.#newId()}`, job, index, tenant, key, feature, document: id, code, message, bytes, at, retries, ordinal }
  }

  /** Rejects `job_not_found` where it is gone. */
  async read({ id, job }: Pick<StoredLetter, 'id' | 'job'>): Promise<SpooledItem> {
    const path = join(this.#folder(job), `${id}.item`)
    try {
      for await (const item of decodeItems(createReadStream(path) as AsyncIterable<Buffer>, path)) return item
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
    throw new AppError('job_not_found', `There is no dead letter ${id}`, { id })
  }

  /** Resolved = they are gone for good. */
  async remove(letters: readonly Pick<StoredLetter, 'id' | 'job'>[]): Promise<void> {
    for (const [job, own] of Map.groupBy(letters, (letter) => letter.job)) {
      const folder = this.#folder(job)
      for (const { id } of own) for (const end of ['json', 'item']) await rm(join(folder, `${id}.${end}`), { force: true })
      if ((await unlessAbsent(syncFolder(folder))) === null) continue
      for (const path of [folder, this.#spool.folder(job)]) await rmdir(path).catch(() => undefined)
    }
  }

  /** Which stand there of one job; a letter without its item was torn by a kill and is not counted. */
  async list(job: JobId): Promise<Pick<StoredLetter, 'id' | 'job'>[]> {
    const names = new Set((await unlessAbsent(readdir(this.#folder(job)))) ?? [])
    const ids = Array.from(names)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
    return ids.filter((id) => names.has(`${id}.item`)).map((id) => ({ id, job }))
  }

  async load({ id, job }: Pick<StoredLetter, 'id' | 'job'>): Promise<StoredLetter> {
    return JSON.parse(await readFile(join(this.#folder(job), `${id}.json`), 'utf8')) as StoredLetter
  }

  /** Removes what an attempt left that did not come to its end. */
  clear(job: JobId): Promise<void> {
    return rm(this.#folder(job), { recursive: true, force: true })
  }
}

function originOf(document: string, ordinals: ReadonlyMap<string, number>): number | null {
  const own = ordinals.get(document)
  if (own !== undefined) return own
  for (let end = document.lastIndexOf('/'); end > 0; end = document.lastIndexOf('/', end - 1)) {
    const outer = ordinals.get(document.slice(0, end))
    if (outer !== undefined) return outer
  }
  return null
}

async function writeSynced(path: string, content: string | readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Some file systems of containers and networks know no second name for a file. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch {
    await copyFile(from, to)
  }
}
