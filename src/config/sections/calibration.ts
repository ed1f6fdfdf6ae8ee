import { z } from 'zod'
import { limit, ratio } from '../setting.ts'

/** How `ration calibrate` finds where an index begins to abstain. */
export const calibration = z
  .strictObject({
    own_lost: ratio({
      unit: 'ratio',
      default: 0.02,
      min: 0,
      ceiling: 0.5,
      why: 'Share of the questions that an index answers which may get no answer, so that those it cannot answer get none either',
    }),
    min_questions: limit({
      unit: 'questions',
      default: 20,
      min: 1,
      ceiling: 1000,
      why: 'Own questions that a calibration is refused below: the threshold lies where few of them do, and of a handful none do',
    }),
    max_questions: limit({
      unit: 'questions',
      default: 2000,
      min: 1,
      ceiling: 100_000,
      why: 'Own questions of one calibration; 50 to 500 are enough, and each takes as long as a question does',
    }),
    foreign_questions: limit({
      unit: 'questions',
      default: 300,
      min: 1,
      ceiling: 1000,
      why: 'Bundled questions of other fields that an index is asked; there are about 600',
    }),
    made_questions: limit({
      unit: 'questions',
      default: 200,
      min: 10,
      ceiling: 2000,
      why: 'Made out of the text of an index where no own questions are given',
    }),
    deadline_ms: limit({
      unit: 'ms',
      default: 1_800_000,
      min: 1000,
      ceiling: 86_400_000,
      why: 'A calibration asks some hundred questions, one after the other, beside the service’s own work',
    }),
  })
  .prefault({})
