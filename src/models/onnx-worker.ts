import { parentPort, workerData } from 'node:worker_threads'
import { env, LogLevel } from '@huggingface/transformers'
import { invariant } from '../core/errors.ts'
import { startJob } from './onnx-jobs.ts'
import type { FromWorker, JobResult, ToWorker, WorkerSettings } from './onnx-messages.ts'
import { loadOnnxModel, type OnnxModel } from './onnx-model.ts'
import { OnnxScheduler } from './onnx-scheduler.ts'
import type { ModelSource } from './model-source.ts'
import { makeThreadNice } from './thread-niceness.ts'

// The thread that runs the models: `session.run()` blocks its event loop for a whole inference, which must not be the service's.
const settings = workerData as WorkerSettings
invariant(parentPort !== null, 'onnx-worker.ts runs as a worker thread')
const port = parentPort
makeThreadNice(settings.niceness)

env.allowLocalModels = true
env.allowRemoteModels = settings.allowDownload
env.useFSCache = settings.allowDownload
env.cacheDir = settings.cacheDirectory
env.remoteHost = settings.hubHost
env.logLevel = LogLevel.NONE // failures travel to the caller as errors

const models = new Map<string, Promise<OnnxModel>>()

/** Loads once; a failed load is forgotten, so that the next request tries again. */
function modelOf(source: ModelSource): Promise<OnnxModel> {
  const key = JSON.stringify([source.role, source.folder, source.dtype])
  const known = models.get(key)
  if (known !== undefined) return known
  const loading = loadOnnxModel(source, settings)
  models.set(key, loading)
  loading.catch(() => models.delete(key))
  return loading
}

function post(message: FromWorker, result?: JobResult): void {
  const numbers = result === undefined ? null : 'vectors' in result ? result.vectors : 'scores' in result ? result.scores : null
  port.postMessage(message, numbers === null ? [] : [numbers.buffer])
}

const scheduler = new OnnxScheduler({
  done: (id, result) => post({ id, result }, result),
  failed: (id, error) => post({ id, failure: error instanceof Error ? error.message : String(error) }),
})

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'run':
      scheduler.add(message.id, message.urgent, async () => startJob(message.job, await modelOf(message.job.model), settings))
      break
    case 'cancel':
      scheduler.cancel(message.id)
      break
    case 'close':
      void scheduler.close().then(() => port.close())
      break
  }
})
