import type { Terminal } from '../../core/ports/command.ts'
import { settledOf, type WireJob } from './wire.ts'

const LIST_HEAD = ['id', 'state', 'index', 'documents', 'failed', 'created', 'feature']

export function printJobs(terminal: Terminal, jobs: readonly WireJob[]): void {
  const cells = (job: WireJob) => [
    job.id,
    job.state,
    job.index,
    `${settledOf(job)}/${job.documents.total}`,
    String(job.documents.failed),
    job.created_at,
    job.feature ?? '',
  ]
  terminal.table(LIST_HEAD, jobs.map(cells))
}

/** One job, a fact a line; what is not so is left out. */
export function printJob(terminal: Terminal, job: WireJob): void {
  const { documents, errors, error } = job
  const facts: readonly (readonly [string, string | null])[] = [
    ['job', job.id],
    ['state', job.state === 'running' ? `running, ${job.stage}` : job.state],
    ['index', job.index],
    ['feature', job.feature],
    [
      'documents',
      `${settledOf(job)} of ${documents.total}: ${documents.new} new, ${documents.changed} changed, ${documents.unchanged} unchanged, ${documents.failed} failed`,
    ],
    ['chunks', String(job.chunks)],
    ['payload', `${(job.bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 2 })} MB`],
    ['rate', job.rate === null ? null : `${job.rate.toLocaleString('en', { maximumFractionDigits: 1 })} documents a second`],
    ['attempts', job.attempts > 1 ? String(job.attempts) : null],
    ['worker deaths', job.worker_deaths > 0 ? String(job.worker_deaths) : null],
    ['failed because', errors.length === 0 ? null : errors.map(({ code, count }) => `${code} ${count}`).join(', ')],
    [job.state === 'failed' ? 'error' : 'waits for', error === null ? null : `${error.code}: ${error.message}`],
    ['not before', job.not_before],
    ['created', job.created_at],
    ['started', job.started_at],
    ['expected end', job.estimated_end_at],
    ['finished', job.finished_at],
  ]
  for (const [name, value] of facts) if (value !== null) terminal.print(`${`${name}:`.padEnd(16)}${value}`)
}
