import type { IndexName } from './ids.ts'
import type { Filter } from './types.ts'

export type Mode = 'auto' | 'quick' | 'thorough'
export type Render = 'markdown' | 'xml' | 'json' | 'plain'

export interface Budget {
  readonly tokens: number
  /** A tokenizer encoding or a model name; which one decides `usage.tokenizer`. */
  readonly tokenizer: string
  readonly maxItems: number | null
  /** Largest share of the budget that one document may take, in (0, 1]; null is no cap. */
  readonly perDocument: number | null
}

export interface RetrieveRequest {
  readonly query: string
  readonly index: IndexName
  readonly budget: Budget
  readonly filter: Filter | null
  /** Forces an intent; null classifies. */
  readonly intent: string | null
  readonly mode: Mode
  readonly deadlineMs: number
  readonly feature: string | null
  readonly render: Render
  readonly explain: boolean
}
