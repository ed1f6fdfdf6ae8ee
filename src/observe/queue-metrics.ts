import { Counter, Gauge, type Registry } from 'prom-client'
import type { QueueHealth } from '../core/ports/job-queue.ts'

/** Registers what the job queue says about itself. `refresh` sets it, before each scrape. */
export function registerQueue(registry: Registry): { refresh(health: QueueHealth): void } {
  const registers = [registry]
  const waiting = new Gauge({ name: 'ration_jobs_waiting', help: 'Jobs that wait for a worker', registers })
  const running = new Gauge({ name: 'ration_jobs_running', help: 'Jobs at work', registers })
  const oldest = new Gauge({ name: 'ration_jobs_oldest_seconds', help: 'Age of the oldest waiting job', registers })
  const deadLetters = new Gauge({ name: 'ration_dead_letters', help: 'Documents that failed and are kept', registers })
  const failures = new Counter({
    name: 'ration_job_failures_total',
    help: 'Documents and jobs that failed, by reason',
    labelNames: ['code'],
    registers,
  })
  const deaths = new Counter({ name: 'ration_worker_deaths_total', help: 'Workers that died at a job', registers })
  return {
    refresh(health) {
      waiting.set(health.waiting)
      running.set(health.running)
      oldest.set(health.oldestMs / 1000)
      deadLetters.set(health.deadLetters)
      failures.reset()
      for (const [code, count] of Object.entries(health.failures)) failures.inc({ code }, count)
      deaths.reset()
      deaths.inc(health.workerDeaths)
    },
  }
}
