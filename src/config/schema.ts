import { z } from 'zod'
import type { CamelCased } from './camel-case.ts'
import { checkConsistency } from './consistency.ts'
import { backup } from './sections/backup.ts'
import { calibration } from './sections/calibration.ts'
import { data } from './sections/data.ts'
import { defaults } from './sections/defaults.ts'
import { duplicates } from './sections/duplicates.ts'
import { evidence } from './sections/evidence.ts'
import { fetch } from './sections/fetch.ts'
import { http } from './sections/http.ts'
import { indexes } from './sections/indexes.ts'
import { ingest } from './sections/ingest.ts'
import { intents } from './sections/intents.ts'
import { jobs } from './sections/jobs.ts'
import { log } from './sections/log.ts'
import { models } from './sections/models.ts'
import { packing } from './sections/packing.ts'
import { parse } from './sections/parse.ts'
import { retrieve } from './sections/retrieve.ts'
import { rules } from './sections/rules.ts'
import { sessions } from './sections/sessions.ts'
import { state } from './sections/state.ts'
import { usage } from './sections/usage.ts'
import { versions } from './sections/versions.ts'

/** Every setting there is, with its limits. Keys are snake_case, as in the file and on the wire. */
export const schema = z
  .strictObject({
    data,
    defaults,
    http,
    models,
    intents,
    indexes,
    ingest,
    fetch,
    jobs,
    duplicates,
    parse,
    retrieve,
    rules,
    evidence,
    calibration,
    packing,
    sessions,
    state,
    usage,
    versions,
    backup,
    log,
  })
  .superRefine(checkConsistency)
  .prefault({})

/** The effective configuration as code reads it, in camelCase. */
export type Config = CamelCased<z.output<typeof schema>>
