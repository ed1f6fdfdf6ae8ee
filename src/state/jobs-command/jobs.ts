import type { Command } from '../../core/ports/command.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { listCommand } from './list-command.ts'
import { printJob, printJobs } from './print-job.ts'
import { readJob, watchJob } from './watch.ts'
import type { WireJob } from './wire.ts'

const ID = { flags: '<id>', description: 'as the answer to the request or `ration jobs list` shows it' }

const list = listCommand<WireJob>({
  summary: 'Jobs, newest first',
  path: '/v1/jobs',
  member: 'jobs',
  filter: { name: 'state', flags: '--state <state>', description: 'only those that are queued, running, done, failed or cancelled' },
  nothing: 'There are no jobs.',
  examples: ['ration jobs list', 'ration jobs list --state failed --json'],
  show: printJobs,
})

const show: Command = {
  name: 'show',
  summary: 'How far a job is, and what went wrong',
  arguments: [ID],
  options: [],
  examples: ['ration jobs show job_01K8…'],
  async run({ arguments: [id = ''] }, tools) {
    const { terminal } = tools
    const job = await readJob(await tools.api(), id)
    if (terminal.json) terminal.printJson({ job })
    else printJob(terminal, job)
    return 0
  },
}

const watch: Command = {
  name: 'watch',
  summary: 'Follow a job until it ends; ends with 3 where some documents failed, with 1 where the job did',
  arguments: [ID],
  options: [],
  examples: ['ration jobs watch job_01K8…'],
  async run({ arguments: [id = ''] }, tools) {
    return watchJob(await tools.api(), id, tools)
  },
}

/** `cancel` and `retry` differ in the route and in what is said. */
const change = (name: 'cancel' | 'retry', summary: string): Command => ({
  name,
  summary,
  arguments: [ID],
  options: [],
  examples: [`ration jobs ${name} job_01K8…`],
  async run({ arguments: [id = ''] }, tools) {
    const { terminal } = tools
    const answer = (await (await tools.api()).request('POST', `/v1/jobs/${encodeURIComponent(id)}/${name}`)) as { readonly job: WireJob }
    if (terminal.json) terminal.printJson(answer)
    else terminal.print(`${answer.job.id} is ${answer.job.state}.`)
    return 0
  },
})
const cancel = change('cancel', 'Stop a job at its next document; what was written stands')
const retry = change('retry', 'Queue a failed or cancelled job again, or the dead letters of one that is done')

export const jobsCommand: Command = {
  name: 'jobs',
  summary: 'Follow, cancel and retry what was queued for ingestion',
  arguments: [],
  options: [],
  examples: [...list.examples, ...watch.examples, ...deadLettersCommand.examples.slice(0, 1)],
  subcommands: [list, show, watch, cancel, retry, deadLettersCommand],
}
