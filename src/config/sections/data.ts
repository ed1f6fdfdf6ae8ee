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
    tenant: text({
      unit: 'name',
      default: 'default',
      why: 'Tenant of the command line, of the bootstrap key and of an open loopback service',
    }),
  })
  .prefault({})
