/** The `http` slice of the configuration; units, defaults and ceilings stand in src/config/sections/http.ts. */
export interface HttpSettings {
  /** True refuses every request to `/v1` without a key; the composition root sets it as soon as the service listens beyond loopback. */
  readonly authRequired: boolean
  readonly metricsPublic: boolean
  readonly logQueries: boolean
  readonly bodyBytes: number
  readonly bodyTimeoutMs: number
  readonly jsonDepth: number
  readonly queryCharacters: number
  readonly budgetTokens: number
  /** The largest `budget.max_items`; it is the setting of packing, so that what is accepted is also kept. */
  readonly maxItems: number
  /** The most ids in `require`, and the ceiling of a budget `auto` without a window; settings of packing as well. */
  readonly requiredDocuments: number
  readonly autoCeilingTokens: number
  readonly windowTokens: number
  readonly reserveParts: number
  readonly maxSessionTokens: number
  /** Of the name of a session, and of an idempotency key; a setting of sessions. */
  readonly sessionNameCharacters: number
  readonly deadlineMs: number
  readonly maxDeadlineMs: number
  readonly requestDeadlineMs: number
  readonly verifyDeadlineMs: number
  /** How long a backup may take; a setting of backups. */
  readonly backupDeadlineMs: number
  /** Own questions of one calibration, and how long it may take; settings of calibration. */
  readonly calibrationQuestions: number
  readonly calibrationDeadlineMs: number
  /** Questions of one golden set, and how long a version may take to be built, checked and published; settings of versions. */
  readonly goldenQuestions: number
  readonly releaseDeadlineMs: number
  readonly filterDepth: number
  readonly filterTerms: number
  readonly filterCharacters: number
  readonly inlineDocuments: number
  readonly namedDocuments: number
  readonly jobDocuments: number
  readonly uploadFiles: number
  readonly uploadFileBytes: number
  readonly uploadBytes: number
  readonly eventStreams: number
  readonly eventHeartbeatMs: number
  readonly pageJobs: number
  readonly metadataKeys: number
  readonly metadataDepth: number
  readonly metadataBytes: number
  readonly pageDocuments: number
  readonly indexFields: number
  readonly batchLineBytes: number
  readonly batchDeadlineMs: number
  readonly batchIdleMs: number
  readonly maxBatches: number
  readonly maxInFlight: number
  readonly maxWaiting: number
  readonly maxWaitMs: number
  readonly retryAfterS: number
}
