import { camelCased } from '../../../src/config/camel-case.ts'
import { fetch } from '../../../src/config/sections/fetch.ts'
import type { FetchSettings } from '../../../ingest/fetch/settings.ts'

/** What the configuration gives by itself, with `change` laid over it. */
export const fetchSettings = (change: Partial<FetchSettings> = {}): FetchSettings => ({
  ...(camelCased(fetch, fetch.parse({})) as FetchSettings),
  ...change,
})
