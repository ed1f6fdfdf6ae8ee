import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../core/error-code.ts'
import type { JobId } from '../../core/ids.ts'
import { AppError } from '../../core/errors.ts'
import { syncFolder, unlessAbsent, writeError } from '../durable-file.ts'
import { bytesOf, decodeItems, encodeItem, type SpooledItem } from './item-frame.ts'

/** Small items are written together; a large one goes by itself. */
const WRITE_BYTES = 262_144
const READ_BYTES = 1_048_576

export interface SpooledPayload {
  readonly items: number
  readonly bytes: number
  readonly isRepetitive: boolean
}

/** One item on its way into the spool, numbered from 0. */
export interface NumberedItem extends SpooledItem {
  readonly ordinal: number
}

/**
 * What jobs hold while they are not done: `<data>/spool/<job>/items`, item after item, beside what an attempt notes there (`settled`, `worker`) and
 * what it leaves (`letters/`).
 */
export class Spool {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  folder(job: JobId): string {
    return join(this.directory, job)
  }

  /**
   * Writes items as they come. Resolved: they and the names of their file and folder are on disk. Rejected (`storage_full`, what `items` or `accept`
   * threw): nothing is left. `accept` is told the bytes before they are written.
   */
  async write(job: JobId, items: AsyncIterable<SpooledItem>, accept: (bytes: number) => void): Promise<SpooledPayload> {
    const folder = this.folder(job)
    try {
      await mkdir(folder, { mode: 0o700 })
      const written = await this.#writeItems(join(folder, 'items'), items, accept)
      await syncFolder(folder)
      await syncFolder(this.directory)
      return written
    } catch (error) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
      throw writeError(error)
    }
  }

  async #writeItems(path: string, items: AsyncIterable<SpooledItem>, accept: (bytes: number) => void): Promise<SpooledPayload> {
    const file = await open(path, 'wx', 0o600)
    try {
      const ids = new Set<string>()
      let [count, bytes, held] = [0, 0, 0]
      let waiting: Uint8Array[] = []
      const flush = async () => {
        // A file as large as may be is not copied to be written with what stands around it.
        const isLarge = ({ byteLength }: Uint8Array) => byteLength >= WRITE_BYTES
        for (const part of waiting.some(isLarge) ? waiting : [Buffer.concat(waiting)]) await file.appendFile(part)
        ;[waiting, held] = [[], 0]
      }
      for await (const spooled of items) {
        const frame = encodeItem(spooled)
        const own = bytesOf(frame)
        accept(own)
        ids.add(idOf(spooled))
        ;[count, bytes, held] = [count + 1, bytes + own, held + own]
        waiting.push(...frame)
        if (held >= WRITE_BYTES) await flush()
      }
      await flush()
      await file.sync()
      return { items: count, bytes, isRepetitive: ids.size < count }
    } finally {
      await file.close()
    }
  }

  /** Rejects `state_damaged` where the file is gone, torn or altered. */
  async *read(job: JobId): AsyncGenerator<NumberedItem, undefined> {
    const path = join(this.folder(job), 'items')
    let ordinal = 0
    try {
      const chunks = createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>
      for await (const item of decodeItems(chunks, path)) yield { ...item, ordinal: ordinal++ }
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw new AppError('state_damaged', `The payload ${path} is gone`, { path })
      throw error
    }
  }

  async hasPayload(job: JobId): Promise<boolean> {
    return (await unlessAbsent(stat(join(this.folder(job), 'items')))) !== null
  }

  /** Removes payload and notes; letters stay, and with them the folder. */
  async drop(job: JobId): Promise<void> {
    for (const name of ['items', 'settled', 'worker']) await rm(join(this.folder(job), name), { force: true })
    await rmdir(this.folder(job)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
    })
  }

  /** Jobs that have a folder. */
  async jobs(): Promise<JobId[]> {
    const entries = await readdir(this.directory, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name as JobId)
  }
}

export const idOf = ({ item }: SpooledItem): string => (item.kind === 'url' ? item.id : item.document.id)
