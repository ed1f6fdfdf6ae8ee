import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openControlDatabase } from '../../../src/state/database.ts'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import { jobQueueContract } from '../../contract/job-queue.ts'
import { limits, PGLITE, systemClock as clock } from '../database-fixture.ts'
import { startPostgres } from '../postgres-server.ts'
import { JOBS } from './fixture.ts'

const server = await startPostgres()
if (server === null) test('the job queue over a Postgres server', { skip: 'PostgreSQL is not installed (/usr/lib/postgresql)' })
else {
  const warn = () => undefined
  const directory = await mkdtemp(join(tmpdir(), 'ration-jobs-'))
  const control = await openControlDatabase({ ...PGLITE, databaseUrl: server.url }, { directory: '/nowhere', clock, warn })
  after(async () => {
    await control.database.destroy()
    await server.stop()
    await rm(directory, { recursive: true })
  })

  jobQueueContract('Postgres', {
    directory: () => mkdtemp(join(directory, 'data-')),
    limits,
    async open(t, place, work, settings) {
      const queue = await createJobQueue({ ...JOBS, ...settings }, { ...control, directory: place, clock, warn, work })
      t.after(() => queue.close())
      return queue
    },
  })
}
