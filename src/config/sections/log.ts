import { z } from 'zod'
import { choice } from '../setting.ts'

/** What the process writes about itself. */
export const log = z
  .strictObject({
    level: choice(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      unit: 'name',
      default: 'info',
      why: 'info writes one line a request; debug adds what a stage decided',
    }),
  })
  .prefault({})
