import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../src/core/errors.ts'

/** Writes beside and renames, so that a reader never sees half a file. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeTextFile(file, `${JSON.stringify(value, null, 2)}\n`)
}

export async function writeTextFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${randomUUID()}.tmp`
  await writeFile(beside, text)
  await rename(beside, file)
}

/** Rejects `invalid_dataset` for a missing file or one that is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_dataset', `${file} is not JSON`, { file }, { cause })
  }
}

export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_dataset', `${file} cannot be read`, { file }, { cause })
  }
}
