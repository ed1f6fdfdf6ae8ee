import { z } from 'zod'
import { choices, text, type SettingNote } from '../setting.ts'

/** Names a folder below the data directory, as `IndexName` and `TenantId` do. */
const folderName = (note: SettingNote & { readonly default: string }) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, '1 to 64 of a-z, 0-9, _ and -, a letter or a digit first')
    .default(note.default)
    .meta({ ...note })

/** What is taken where a request, a command or the declaration of an index does not say. */
export const defaults = z
  .strictObject({
    tenant: folderName({
      unit: 'name',
      default: 'default',
      why: 'Whose indexes the command line, the bootstrap key and an open loopback service work on',
    }),
    index: folderName({ unit: 'name', default: 'default', why: 'Index of a request that names none' }),
    profile: text({
      unit: 'name',
      default: 'standard',
      why: 'Model profile of a new index; fast ingests some twenty times faster and finds a little less',
    }),
    language: text({ unit: 'name', default: 'English', why: 'Stemmer and stop words of a new index' }),
    encodings: choices(['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'], {
      unit: 'names',
      default: ['o200k_base'],
      why: 'Encodings whose counts a new index stores; others are counted at query time, for the packed pieces only',
    }),
  })
  .prefault({})
