import { z } from 'zod'
import type { IndexCalibration } from '../../core/confidence/calibration.ts'
import { EVIDENCE_SCORERS } from '../../core/evidence/model.ts'

const share = z.number().min(0).max(1)
const questions = z.int().min(0)

export const calibrationSchema = z
  .strictObject({
    threshold: share.describe('Questions of lower relevance are not answered'),
    model: z.string().describe('What relevance was computed with; with another model or embedder the threshold is not used'),
    embedder: z.string(),
    scorer: z.enum(EVIDENCE_SCORERS),
    own: z.strictObject({
      questions,
      made: z.boolean().describe('Whether they were made out of the text of the index'),
      abstain: share.describe('Share that gets no answer'),
    }),
    foreign: z.strictObject({ questions, abstain: share }),
    revision: z.int().min(0),
    calibrated_at: z.string(),
  })
  .meta({ id: 'Calibration' })

export function calibrationToWire({ calibratedAt, own, foreign, ...same }: IndexCalibration): z.output<typeof calibrationSchema> {
  return { ...same, own: { ...own }, foreign: { ...foreign }, calibrated_at: calibratedAt }
}
