import type { KeySettings } from '../../src/state/keys.ts'
import type { UsageSettings } from '../../src/state/usage.ts'

export const KEYS: KeySettings = { maxKeys: 1000, keyCacheEntries: 100, keyCacheMs: 60_000 }
export const USAGE: UsageSettings = { flushMs: 60_000, bufferRows: 10_000, batchRows: 500, sumGroups: 1000, keepDays: 36_500 }
