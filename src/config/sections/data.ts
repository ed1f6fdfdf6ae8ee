import { z } from 'zod'
import { text } from '../setting.ts'

/** Where everything durable stands. */
export const data = z
  .strictObject({
    directory: text({
      unit: 'path',
      default: '.ration',
      why: 'Indexes, control database, lock and socket of one service; relative to the folder the process starts in',
    }),
  })
  .prefault({})
