import type { DocumentId, IndexRef } from './ids.ts'
import type { Filter } from './types.ts'

export type Mode = 'auto' | 'quick' | 'thorough'
export type Render = 'markdown' | 'xml' | 'json' | 'plain'

export interface Budget {
  /** The ceiling; what `window` and `reserve` leave is already counted in. */
  readonly tokens: number
  /** Stop at the knee of the curve of this question, under the ceiling. */
  readonly auto: boolean
  /** A tokenizer encoding or a model name; which one decides `usage.tokenizer`. */
  readonly tokenizer: string
  readonly maxItems: number | null
  /** Largest share of the budget that one document may take, in (0, 1]; null is the configured one. */
  readonly perDocument: number | null
  /** Largest share of the budget that one source may take, in (0, 1]; null is the configured one. See `sourceOf`. */
  readonly perSource: number | null
}

/** The conversation that a question belongs to. */
export interface SessionRequest {
  readonly name: string
  /** Tokens that the answers of this session may take together; null is the configured one. What the first request of a session says holds. */
  readonly tokens: number | null
  /** Passages that were sent before are sent again. */
  readonly repeat: boolean
  /** Only what was not sent before, and no answer from what the session knows: `no_new_context` where nothing is new. */
  readonly refresh: boolean
}

export interface RetrieveRequest {
  readonly query: string
  /** A name, or one with a version or an alias: `docs`, `docs@v2`, `docs@canary`. */
  readonly index: IndexRef
  readonly budget: Budget
  readonly filter: Filter | null
  /** Documents that must be in the context, whatever the question. */
  readonly require: readonly DocumentId[]
  /** Forces an intent; null classifies. */
  readonly intent: string | null
  readonly mode: Mode
  readonly deadlineMs: number
  readonly feature: string | null
  readonly session: SessionRequest | null
  readonly render: Render
  /** Whether passages may be cut to their best sentences; null is the configured choice. */
  readonly excerpts: boolean | null
  /** A degraded, unsure or stale answer says so inside the context. */
  readonly notice: boolean
  readonly explain: boolean
}
