import { join } from 'node:path'
import { tmpdir } from 'node:os'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { ModelSettings } from '../../src/models/model-settings.ts'

/** The defaults of src/config/sections/models.ts, with what a test changes. */
export const modelSettings = (changes: Partial<ModelSettings> = {}): ModelSettings => ({
  directory: null,
  cacheDirectory: join(tmpdir(), 'ration-test-no-such-cache'),
  allowDownload: false,
  hubHost: 'http://127.0.0.1:9/',
  queueRequests: 256,
  requestTexts: 8192,
  textCharacters: 20_000,
  memoWords: 50_000,
  batchTexts: 8,
  passageThreads: 1,
  passageNiceness: 10,
  runCharacters: 1000,
  profiles: {},
  ...changes,
})

export const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }

export const limits = (ms = 60_000, signal: AbortSignal = new AbortController().signal): Limits => ({ signal, deadline: clock.now() + ms })
