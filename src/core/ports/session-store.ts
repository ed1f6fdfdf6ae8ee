import type { SessionState } from '../answer.ts'
import type { ChunkId, DocumentId, TenantId } from '../ids.ts'
import type { Limits } from './limits.ts'

/** Half-open range of indices into `Chunk.sentences`. */
export interface UnitRange {
  readonly from: number
  readonly to: number
}

/** Units of a stored chunk that an answer of the session showed. What was sent is the text: the hash decides, not the ids. */
export interface SentPassage extends UnitRange {
  readonly doc: DocumentId
  readonly chunk: ChunkId
  /** `Chunk.textHash`. */
  readonly textHash: string
}

/** One request of a session and what was answered. */
export interface SessionTurn {
  readonly query: string
  /** What was searched: the query with what was carried over from earlier turns. */
  readonly searched: string
  /** Tokens of the context. */
  readonly tokens: number
  readonly sent: readonly SentPassage[]
}

/** What a request may know about its session. */
export interface SessionMemory {
  /** Tokens that the contexts of the session may take together; null is no limit. */
  readonly tokensLimit: number | null
  /** Tokens of every other turn of the session. */
  readonly tokensUsed: number
  /** Turns before this request, oldest first. */
  readonly turns: readonly SessionTurn[]
}

/** A request of a session. */
export interface SessionKey {
  readonly tenant: TenantId
  /** Of the session, unique in its tenant. */
  readonly name: string
  /** Names a request that may be sent again; null for one that is new whenever it comes. */
  readonly retryKey: string | null
  /** Equal for equal requests, see `requestHash`. */
  readonly request: string
}

/**
 * What conversations have been sent. One request of a session is at work at a time: the pipeline sees to that in its process. Where processes
 * share a store, the requests of a session belong to one of them, or its tokens may be exceeded by what they answer at the same time.
 *
 * - `open` gives what the session knows, null for a session that does not exist or has expired. A request whose retry key was
 *   recorded before sees the session as its first try saw it: no turn from that one on. Its own tokens are not counted as used.
 *   Rejects `idempotency_conflict` where the recorded one was another request; `session_full` where the session holds
 *   as many turns or passages as it may (details: `limit`, `max`), and `too_many_sessions` where it would be one too many for its
 *   tenant: nothing is forgotten to make room. A retry of a recorded turn is let in.
 * - `record` adds the turn, or puts it in the place of the one with the same retry key, and creates a session that is not there, with
 *   `tokensLimit`; the limit of one that is there stays. The session lives on from now. It never refuses for want of room: the limits
 *   are exceeded at most by what is being answered. Resolved = it survives the end of the process (where the store does at all).
 * - Both reject `state_unavailable`, `storage_full`, `deadline_exceeded` or `cancelled` with nothing half recorded. After a
 *   `deadline_exceeded` or `cancelled` of `record` the turn may be recorded all the same, whole.
 * - `tenant`, `name` and `retryKey` are well-formed Unicode without control characters; queries and ids may be any string.
 */
export interface SessionStore {
  open(key: SessionKey, limits: Limits): Promise<SessionMemory | null>
  record(key: SessionKey, turn: SessionTurn, tokensLimit: number | null, limits: Limits): Promise<SessionState>
}
