import { open, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { unlessAbsent, writeError } from '../durable-file.ts'
import type { Settled } from './job-record.ts'

/**
 * What is settled of a job, document by document, so that another attempt neither does it again nor counts it as unchanged. Written without fsync: a
 * killed process loses nothing of it, and after a power cut the documents whose lines are missing are ingested again, which finds them unchanged.
 */
export class SettledLog {
  readonly documents: ReadonlyMap<string, Settled>
  readonly #documents: Map<string, Settled>
  readonly #file: FileHandle
  #lines: string[] = []
  #writing: Promise<void> | null = null

  private constructor(file: FileHandle, documents: Map<string, Settled>) {
    this.#file = file
    this.#documents = documents
    this.documents = documents
  }

  static async open(folder: string): Promise<SettledLog> {
    const path = join(folder, 'settled')
    const text = (await unlessAbsent(readFile(path, 'utf8'))) ?? ''
    const documents = new Map<string, Settled>()
    for (const line of text.split('\n')) {
      const settled = parse(line)
      if (settled !== null) documents.set(settled.id, settled)
    }
    const file = await open(path, 'a', 0o600)
    return new SettledLog(file, documents)
  }

  /** Forgets it: the next attempt begins at the first document. */
  static remove = (folder: string): Promise<void> => rm(join(folder, 'settled'), { force: true })

  /**
   * Resolves what the document was before; false where it stays that: to this attempt what an earlier one wrote is unchanged, for the job it is as new
   * as it was.
   */
  add(settled: Settled): Settled | null | false {
    const before = this.#documents.get(settled.id) ?? null
    if (settled.status === 'unchanged' && before !== null && before.status !== 'failed') return false
    this.#documents.set(settled.id, settled)
    // A line begins with its line break: whatever a kill or a full disk tore before it, this one is whole.
    this.#lines.push(`\n${JSON.stringify(settled)}`)
    // A failed write is met by `close`.
    this.#writing ??= this.#write().catch(() => undefined)
    return before
  }

  async #write(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines
      this.#lines = []
      try {
        await this.#file.appendFile(lines.join(''))
      } catch (error) {
        this.#lines = [...lines, ...this.#lines]
        throw error
      }
    }
    this.#writing = null
  }

  /** Rejects `storage_full`; what was not written is then settled again by the next attempt. */
  async close(): Promise<void> {
    try {
      await this.#writing
      await this.#write()
    } catch (error) {
      throw writeError(error)
    } finally {
      await this.#file.close()
    }
  }
}

function parse(line: string): Settled | null {
  try {
    return JSON.parse(line) as Settled
  } catch {
    return null
  }
}
