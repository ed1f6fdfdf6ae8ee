import { z } from 'zod'
import { limit } from '../setting.ts'

/** What is looked at of each sentence to say how likely it answers the question. */
export const evidence = z
  .strictObject({
    characters: limit({
      unit: 'characters',
      default: 1_000_000,
      min: 1_000,
      ceiling: 20_000_000,
      why: 'Text of candidates whose sentences are valued, best chunks first; 64 chunks have about 60,000 and take 2 ms, more counts where whole documents are chunks',
    }),
  })
  .prefault({})
