import { setTimeout as wait } from 'node:timers/promises'
import type { Api, CommandTools, ExitCode } from '../../core/ports/command.ts'
import { printJob } from './print-job.ts'
import { isFinished, settledOf, type WireJob } from './wire.ts'

/** Fast enough for a person, and nothing to the service. */
const EVERY_MS = 500

export const readJob = async (api: Api, id: string): Promise<WireJob> =>
  ((await api.request('GET', `/v1/jobs/${encodeURIComponent(id)}`)) as { readonly job: WireJob }).job

/**
 * Shows how a job comes along until it ends; Ctrl-C stops watching, not the job. Ends with 0 for a job that is done, 3 where some of its documents failed, 1 for one that failed
 * or was cancelled.
 */
export async function watchJob(api: Api, id: string, { terminal, signal }: CommandTools): Promise<ExitCode> {
  let job = await readJob(api, id)
  const progress = terminal.progress(job.id, job.documents.total)
  try {
    for (let shown = 0; ; job = await readJob(api, id)) {
      const settled = settledOf(job)
      progress.advance(settled - shown, job.stage)
      shown = settled
      if (isFinished(job)) break
      await wait(EVERY_MS, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return 130
  } finally {
    progress.stop()
  }
  if (terminal.json) terminal.printJson({ job })
  else printJob(terminal, job)
  if (job.state !== 'done') return 1
  return job.documents.failed > 0 ? 3 : 0
}
