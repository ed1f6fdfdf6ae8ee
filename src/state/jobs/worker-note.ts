import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unlessAbsent, writeDurably, writeError } from '../durable-file.ts'

/** What a worker leaves beside the payload, so that whoever comes after its death knows of it. */
export interface WorkerNote {
  /** A worker is at it. Found at a start, it died. */
  readonly isRunning: boolean
  /** How many died at the job, those of `suspects` included. */
  readonly deaths: number
  /** The item that is worked on alone; null while items go together. */
  readonly alone: number | null
  /** Deaths at items that were worked on alone, by their ordinal. */
  readonly suspects: Readonly<Record<number, number>>
}

export const NO_NOTE: WorkerNote = { isRunning: false, deaths: 0, alone: null, suspects: {} }

const pathOf = (folder: string): string => join(folder, 'worker')

/** A note that cannot be read says nothing: it was written durably, so somebody else has touched it. */
export async function readNote(folder: string): Promise<WorkerNote> {
  const text = await unlessAbsent(readFile(pathOf(folder), 'utf8'))
  if (text === null) return NO_NOTE
  try {
    return { ...NO_NOTE, ...(JSON.parse(text) as WorkerNote) }
  } catch {
    return NO_NOTE
  }
}

/** Resolved = it survives a power cut. Rejects `storage_full`. */
export const writeNote = (folder: string, note: WorkerNote): Promise<void> => writeDurably(pathOf(folder), JSON.stringify(note))

/** The note once it is known that its worker died. */
export function afterDeath(note: WorkerNote): WorkerNote {
  const { alone, suspects } = note
  const blamed = alone === null ? suspects : { ...suspects, [alone]: (suspects[alone] ?? 0) + 1 }
  return { isRunning: false, deaths: note.deaths + 1, alone: null, suspects: blamed }
}

/**
 * A worker begins. A killed process loses nothing of it; a power cut may, and is nobody's death. Deaths that are known stay so whatever happens, also on a
 * disk that is full, which tears a file that is overwritten. Rejects `storage_full`.
 */
export async function beginNote(folder: string, note: WorkerNote): Promise<void> {
  const begun: WorkerNote = { ...note, isRunning: true, alone: null }
  if (note.deaths > 0) return writeNote(folder, begun)
  try {
    await writeFile(pathOf(folder), JSON.stringify(begun), { mode: 0o600 })
  } catch (error) {
    throw writeError(error)
  }
}

/** For a job that begins as if for the first time. */
export const removeNote = (folder: string): Promise<void> => rm(pathOf(folder), { force: true })

/** The worker came to an orderly end. Needs no room where nobody died, so that a full disk is not taken for a death. */
export async function clearNote(folder: string, note: WorkerNote): Promise<void> {
  if (note.deaths === 0) await removeNote(folder)
  else await writeNote(folder, { ...note, isRunning: false, alone: null })
}
