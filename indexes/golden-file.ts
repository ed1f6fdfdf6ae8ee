import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { GoldenQuestion, GoldenSet } from '../src/core/golden/gate.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { fsyncPath, writeDurably } from './durable.ts'
import { readJson } from './json-file.ts'

export function newGoldenSet(questions: readonly GoldenQuestion[], attachedAt: string): GoldenSet {
  const hash = createHash('sha256').update(canonicalJson(questions)).digest('hex').slice(0, 12)
  return { hash, attachedAt, questions, baseline: null }
}

/** Null where none is attached. Rejects `index_damaged` where the file is something else: an index must not slip past its gate. */
export async function readGolden(file: string): Promise<GoldenSet | null> {
  const value = await readJson(file)
  if (value === null) return null
  const set = value as Partial<GoldenSet> | undefined
  if (typeof set?.hash === 'string' && Array.isArray(set.questions) && set.baseline !== undefined) return set as GoldenSet
  throw new AppError('index_damaged', 'The golden set of the index is unreadable: attach it again')
}

export async function writeGolden(file: string, set: GoldenSet): Promise<void> {
  await writeDurably(file, `${JSON.stringify(set)}\n`)
}

export async function removeGolden(file: string): Promise<void> {
  await rm(file, { force: true })
  await fsyncPath(path.dirname(file))
}
