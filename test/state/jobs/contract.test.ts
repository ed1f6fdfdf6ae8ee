import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import { jobQueueContract } from '../../contract/job-queue.ts'
import { limits, noWarning, openTestControl, systemClock as clock } from '../database-fixture.ts'
import { JOBS } from './fixture.ts'

// One database for all: what belongs to a data directory stands in it under a name of its own.
const directory = await mkdtemp(join(tmpdir(), 'ration-jobs-'))
const control = await openTestControl(directory)
after(async () => {
  await control.database.destroy()
  await rm(directory, { recursive: true })
})

jobQueueContract('PGlite', {
  directory: () => mkdtemp(join(directory, 'data-')),
  limits,
  async open(t, place, work, settings) {
    const warn = (message: string) => {
      if (!/dead letters|met a bug/.test(message)) noWarning(message)
    }
    const queue = await createJobQueue({ ...JOBS, ...settings }, { ...control, directory: place, clock, warn, work })
    t.after(() => queue.close())
    return queue
  },
})
