import type { ModelSource } from './model-source.ts'

/** What crosses the boundary between the main thread and a model worker. */
export interface WorkerSettings {
  readonly allowDownload: boolean
  readonly hubHost: string
  readonly cacheDirectory: string
  readonly textCharacters: number
  readonly memoWords: number
  readonly batchTexts: number
  /** Threads that one run of a graph is spread over. */
  readonly threads: number
  /** 0 to 19: how far it stands back behind other threads. */
  readonly niceness: number
}

export type Job =
  | { readonly kind: 'load'; readonly model: ModelSource }
  | { readonly kind: 'count'; readonly model: ModelSource; readonly texts: readonly string[] }
  | { readonly kind: 'embed'; readonly model: ModelSource; readonly texts: readonly string[] }
  | { readonly kind: 'score'; readonly model: ModelSource; readonly query: string; readonly passages: readonly string[] }

/** What each kind of job gives back. Vectors stand one after the other in one buffer, which is transferred. */
export interface JobResults {
  readonly load: { readonly dimensions: number }
  readonly count: { readonly counts: Float64Array<ArrayBuffer> }
  readonly embed: { readonly vectors: Float32Array<ArrayBuffer>; readonly dimensions: number; readonly tokens: number; readonly cut: number }
  readonly score: { readonly scores: Float32Array<ArrayBuffer> }
}

export type JobResult = JobResults[Job['kind']]

export type ToWorker =
  /** `urgent` jobs go before the others at the next batch. */
  | { readonly type: 'run'; readonly id: number; readonly urgent: boolean; readonly job: Job }
  /** The job stops before its next batch and is not answered. */
  | { readonly type: 'cancel'; readonly id: number }
  /** The batch in progress ends, then the thread does. */
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly id: number; readonly result: JobResult }
  | { readonly id: number; readonly failure: string }
