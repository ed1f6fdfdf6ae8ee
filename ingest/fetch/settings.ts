/** The section `fetch` of the configuration; units and reasons stand in src/config/sections/fetch.ts. */
export interface FetchSettings {
  readonly hosts: readonly string[]
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
  readonly parallel: number
  readonly redirects: number
  readonly timeoutMs: number
  readonly responseBytes: number
}
