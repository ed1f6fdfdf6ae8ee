import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobWork } from '../../../src/core/ports/job-queue.ts'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import { limits, openTestControl, systemClock as clock } from '../database-fixture.ts'
import { idOf, JOBS, submission } from './fixture.ts'

/**
 * A service as far as its queue goes, to be killed. `submit` keeps submitting jobs of three documents and notes each acknowledged id in `acknowledged`;
 * `work` only works. Documents named in the file `poison` kill the process; every settled one is noted in `settled`.
 */
const [directory = '', mode = ''] = process.argv.slice(2)
const poison = existsSync(join(directory, 'poison')) ? readFileSync(join(directory, 'poison'), 'utf8').split('\n') : []

const work: JobWork = {
  async run(job, items, events) {
    for await (const item of items) {
      if (poison.includes(idOf(item))) process.kill(process.pid, 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, 1))
      appendFileSync(join(directory, 'settled'), `${job.id} ${idOf(item)}\n`)
      events.settled({ id: idOf(item), status: 'new', chunks: 1, error: null })
    }
  },
}

const control = await openTestControl(directory, () => undefined)
const queue = await createJobQueue(
  { ...JOBS, poisonDeaths: Number(process.argv[4] ?? 3) },
  { ...control, directory, clock, warn: () => undefined, work },
)
process.stdout.write('open\n')
for (let n = 0; mode === 'submit'; n++) {
  const job = await queue.submit(submission([`${process.pid}-${n}-a`, `${process.pid}-${n}-b`, `${process.pid}-${n}-c`]), limits())
  appendFileSync(join(directory, 'acknowledged'), `${job.id} ${process.pid}-${n}\n`)
}
while ((await queue.health()).waiting + (await queue.health()).running > 0) await new Promise((resolve) => setTimeout(resolve, 10))
await queue.close()
await control.database.destroy()
