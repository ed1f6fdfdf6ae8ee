import { AppError } from '../../core/errors.ts'
import type { Command, CommandInput } from '../../core/ports/command.ts'
import { listCommand } from './list-command.ts'
import { printJobs } from './print-job.ts'
import type { WireDeadLetter, WireJob } from './wire.ts'

const NOTHING = 'There are no dead letters.'
const HEAD = ['id', 'document', 'reason', 'message', 'job', 'at', 'retries']
const cells = ({ id, document, code, message, job, at, retries }: WireDeadLetter): string[] => [
  id,
  document,
  code,
  message,
  job,
  at,
  String(retries),
]

const ALL = { flags: '--all', description: 'all of them' }
const IDS = { flags: '[id...]', description: 'as `ration jobs dead-letters list` shows them' }

/** Ids, or all: one of them has to be said, since one of these cannot be undone. */
function choice({ arguments: ids, options }: CommandInput): { readonly ids: readonly string[] } | { readonly all: true } {
  const isAll = options['all'] === true
  if (isAll === ids.length > 0) throw new AppError('invalid_request', 'Name dead letters by their ids, or say --all')
  return isAll ? { all: true } : { ids }
}

const list = listCommand<WireDeadLetter>({
  summary: 'Documents that could not be ingested, newest first',
  path: '/v1/dead-letters',
  member: 'dead_letters',
  filter: { name: 'job', flags: '--job <id>', description: 'only those of this job' },
  nothing: NOTHING,
  examples: ['ration jobs dead-letters list', 'ration jobs dead-letters list --job job_01K8… --json'],
  show: (terminal, letters) => terminal.table(HEAD, letters.map(cells)),
})

const show: Command = {
  name: 'show',
  summary: 'Print what a dead letter held when it came, as JSON',
  arguments: [{ flags: '<id>', description: 'as `ration jobs dead-letters list` shows it' }],
  options: [],
  examples: ['ration jobs dead-letters show dl_01K8…'],
  async run({ arguments: [id = ''] }, tools) {
    const { terminal } = tools
    terminal.printJson(await (await tools.api()).request('GET', `/v1/dead-letters/${encodeURIComponent(id)}/payload`))
    return 0
  },
}

const retry: Command = {
  name: 'retry',
  summary: 'Queue dead letters again',
  arguments: [IDS],
  options: [ALL],
  examples: ['ration jobs dead-letters retry --all'],
  async run(input, tools) {
    const { terminal } = tools
    const body = choice(input)
    const answer = (await (await tools.api()).request('POST', '/v1/dead-letters/retry', body)) as { readonly jobs: readonly WireJob[] }
    if (terminal.json) terminal.printJson(answer)
    else if (answer.jobs.length === 0) terminal.print(NOTHING)
    else printJobs(terminal, answer.jobs)
    return 0
  },
}

const discard: Command = {
  name: 'discard',
  summary: 'Throw dead letters away, with what they held',
  arguments: [IDS],
  options: [ALL],
  examples: ['ration jobs dead-letters discard dl_01K8…'],
  async run(input, tools) {
    const { terminal } = tools
    const body = choice(input)
    const answer = (await (await tools.api()).request('POST', '/v1/dead-letters/discard', body)) as { readonly discarded: number }
    if (terminal.json) terminal.printJson(answer)
    else terminal.print(`Discarded: ${answer.discarded}`)
    return 0
  },
}

export const deadLettersCommand: Command = {
  name: 'dead-letters',
  summary: 'Documents that could not be ingested: why, and again or away with them',
  arguments: [],
  options: [],
  examples: [...list.examples, ...show.examples, ...retry.examples, ...discard.examples],
  subcommands: [list, show, retry, discard],
}
