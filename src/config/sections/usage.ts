import { z } from 'zod'
import { limit } from '../setting.ts'

/** The usage ledger. */
export const usage = z
  .strictObject({
    flush_ms: limit({
      unit: 'ms',
      default: 1000,
      min: 10,
      ceiling: 60_000,
      why: 'Rows wait this long to be written together; a kill loses at most these',
    }),
    buffer_rows: limit({
      unit: 'rows',
      default: 10_000,
      min: 100,
      ceiling: 1_000_000,
      why: 'Rows beyond it are counted as lost rather than slowing requests down',
    }),
  })
  .prefault({})
