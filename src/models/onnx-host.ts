import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { FromWorker, Job, JobResults, ToWorker, WorkerSettings } from './onnx-messages.ts'

/** Node's timers hold 31 bits; a deadline farther away needs none. */
const LONGEST_TIMER = 2 ** 31 - 1

export interface LaneSettings extends WorkerSettings {
  readonly queueRequests: number
}

interface Waiting {
  readonly model: string
  readonly resolve: (result: never) => void
  readonly reject: (error: AppError) => void
}

/**
 * One thread that runs models, and the requests that wait for it.
 *
 *     idle ──run──▶ running ──thread dies──▶ idle        (its requests reject `model_unavailable`; the next one starts a thread)
 *       └───────────────┴──────close──────▶ closed      (its requests reject `shutting_down`, and so does every later one)
 *
 * The thread is started by the first request, keeps what it loaded, and holds the process open only while somebody waits.
 */
export class OnnxLane {
  readonly #settings: LaneSettings
  readonly #clock: Clock
  readonly #spawn: (settings: WorkerSettings) => Worker
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastId = 0
  #closed = false

  constructor(settings: LaneSettings, clock: Clock, spawn = spawnOnnxWorker) {
    this.#settings = settings
    this.#clock = clock
    this.#spawn = spawn
  }

  /**
   * Runs one job. Rejects `cancelled` and `deadline_exceeded` at once (the thread drops the job before its next batch),
   * `too_busy` where `queueRequests` are already waiting, `model_unavailable`, or `shutting_down` after close.
   */
  run<Kind extends Job['kind']>(
    job: Extract<Job, { kind: Kind }>,
    urgent: boolean,
    { signal, deadline }: Limits,
  ): Promise<JobResults[Kind]> {
    const left = deadline - this.#clock.now()
    if (this.#closed) return Promise.reject(shuttingDown())
    if (signal.aborted) return Promise.reject(cancelled())
    if (left <= 0) return Promise.reject(late())
    if (this.#waiting.size >= this.#settings.queueRequests) return Promise.reject(tooBusy(this.#settings.queueRequests))

    const id = ++this.#lastId
    const worker = this.#thread()
    return new Promise<JobResults[Kind]>((resolve, reject) => {
      const abandon = (error: AppError): void => {
        worker.postMessage({ type: 'cancel', id } satisfies ToWorker)
        this.#settle(id)?.reject(error)
      }
      const onAbort = (): void => abandon(cancelled())
      const timer = left > LONGEST_TIMER ? null : setTimeout(() => abandon(late()), left)
      const release = (): void => {
        signal.removeEventListener('abort', onAbort)
        if (timer !== null) clearTimeout(timer)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.set(id, {
        model: job.model.name,
        resolve: (result) => {
          release()
          resolve(result)
        },
        reject: (error) => {
          release()
          reject(error)
        },
      })
      worker.ref()
      worker.postMessage({ type: 'run', id, urgent, job } satisfies ToWorker)
    })
  }

  /** Ends the batch in progress, then the thread. What waits is rejected now. */
  async close(): Promise<void> {
    this.#closed = true
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(shuttingDown())
    const worker = this.#worker
    if (worker === null) return
    const gone = once(worker, 'exit')
    worker.ref()
    worker.postMessage({ type: 'close' } satisfies ToWorker)
    await gone
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = this.#spawn(this.#settings)
    let death = 'its thread ended'
    worker.on('message', (message: FromWorker) => this.#answer(message))
    worker.on('error', (error: unknown) => (death = error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => {
      this.#worker = null
      for (const [id, { model }] of [...this.#waiting]) this.#settle(id)?.reject(unavailable(model, death))
    })
    this.#worker = worker
    return worker
  }

  #answer(message: FromWorker): void {
    const waiting = this.#settle(message.id)
    if (waiting === undefined) return
    if ('failure' in message) waiting.reject(unavailable(waiting.model, message.failure))
    else waiting.resolve(message.result as never)
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker?.unref()
    return waiting
  }
}

export function spawnOnnxWorker(settings: WorkerSettings): Worker {
  // Without the flags of the process, some of which (`--eval`, `--test`) a thread refuses.
  return new Worker(new URL('./onnx-worker.ts', import.meta.url), { name: 'ration-models', workerData: settings, execArgv: [] })
}

const cancelled = (): AppError => new AppError('cancelled', 'nobody waits for the models any more')
const late = (): AppError => new AppError('deadline_exceeded', 'the models did not finish before the deadline')
const shuttingDown = (): AppError => new AppError('shutting_down', 'the models are being closed')
const tooBusy = (limit: number): AppError =>
  new AppError('too_busy', `${limit} requests already wait for the models`, { limit, setting: 'models.queue_requests' })
const unavailable = (model: string, reason: string): AppError =>
  new AppError('model_unavailable', `The model ${model} cannot be run: ${reason}`, { model })
