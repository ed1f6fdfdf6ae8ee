import type { ProfileSettings } from '../core/ports/model-profiles.ts'

/** The `models` slice of the configuration. */
export interface ModelSettings {
  /** Folder of the bundled weights; null is the repository's `models/`. */
  readonly directory: string | null
  /** Where models of the hub are kept, one folder `<owner>/<name>` each. */
  readonly cacheDirectory: string
  readonly allowDownload: boolean
  /** Address that model files are downloaded from, with a slash at its end. */
  readonly hubHost: string
  /** Requests that may be waiting or running in one lane. */
  readonly queueRequests: number
  /** Texts in one request. */
  readonly requestTexts: number
  /** UTF-16 units of one text that are looked at; what stands behind them is cut before tokenizing. */
  readonly textCharacters: number
  /** Words whose tokens each model, and each token counter, keeps. */
  readonly memoWords: number
  /** Texts that go through a model together. */
  readonly batchTexts: number
  /** Threads of the lane of passages; that of queries has one. */
  readonly passageThreads: number
  /** How far the lane of passages stands back behind questions, 0 to 19, on Linux. */
  readonly passageNiceness: number
  /** UTF-16 units without a seam that a token counter counts exactly; a longer run is over-counted. */
  readonly runCharacters: number
  /** Further profiles by name; `standard` and `fast` are built in. */
  readonly profiles: Readonly<Record<string, HubProfileSettings>>
}

/** Names a model of the hub or of a local folder for each part of a profile. */
export interface HubProfileSettings extends ProfileSettings {
  readonly embedder: HubEmbedderSettings
  readonly reranker: HubModelSettings | null
}

export interface HubModelSettings {
  /** `<owner>/<name>`, as on the hub. */
  readonly model: string
  /** Local folder with the model's files; null looks in the cache directory. */
  readonly directory: string | null
  readonly dtype: WeightType
  /** Tokens the model reads, special tokens included. */
  readonly maxTokens: number
}

export interface HubEmbedderSettings extends HubModelSettings {
  readonly pooling: Pooling
  readonly queryPrefix: string
  readonly passagePrefix: string
  /** Vector space shared with other embedders; null is a space of its own. */
  readonly space: string | null
}

/** How token vectors become one: their mean over the attention mask, or the first one. A graph that pools itself is taken at its word. */
export type Pooling = 'mean' | 'cls'

/** Number format of the weights, as transformers.js names it; decides which file of `onnx/` is read. */
export type WeightType = 'fp32' | 'q8' | 'int8' | 'uint8' | 'q4'
