import { AppError } from '../src/core/errors.ts'
import type { IndexCalibration } from '../src/core/confidence/calibration.ts'
import { EVIDENCE_SCORERS } from '../src/core/evidence/model.ts'
import { writeDurably } from './durable.ts'
import { readJson } from './json-file.ts'

/**
 * Null where the build was never calibrated. Rejects `index_damaged` where its file is something else: a guessed threshold would silence the index or
 * make it guess.
 */
export async function readCalibration(file: string): Promise<IndexCalibration | null> {
  const value = await readJson(file)
  if (value === null) return null
  if (isCalibration(value)) return value
  throw new AppError('index_damaged', 'The calibration of the index is unreadable: remove its calibration.json and calibrate again')
}

/** After a power cut the file holds either the calibration before or this one. */
export async function writeCalibration(file: string, calibration: IndexCalibration): Promise<void> {
  await writeDurably(file, `${JSON.stringify(calibration, null, 2)}\n`)
}

function isCalibration(value: unknown): value is IndexCalibration {
  if (typeof value !== 'object' || value === null) return false
  const { threshold, model, embedder, scorer, own, foreign, revision, calibratedAt } = value as Record<string, unknown>
  return (
    isShare(threshold) &&
    [model, embedder, calibratedAt].every((text) => typeof text === 'string') &&
    EVIDENCE_SCORERS.some((known) => known === scorer) &&
    typeof revision === 'number' &&
    [own, foreign].every(isAsked) &&
    typeof (own as Record<string, unknown>)['made'] === 'boolean'
  )
}

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1

function isAsked(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { questions, abstain } = value as Record<string, unknown>
  return typeof questions === 'number' && isShare(abstain)
}
