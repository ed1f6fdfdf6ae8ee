import type { RequestId, TenantId } from '../core/ids.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Trace } from './trace.ts'

/** What every stage may know about the request that it works for. */
export interface RequestContext {
  readonly id: RequestId
  readonly tenant: TenantId
  readonly limits: Limits
  readonly clock: Clock
  readonly trace: Trace
}

/** Milliseconds until the deadline, never below 0. */
export function remainingMs(context: RequestContext): number {
  return Math.max(0, context.limits.deadline - context.clock.now())
}

/** The same request with less time: a stage that may fail without failing the request gets a deadline of its own. */
export function withinMs(context: RequestContext, ms: number): Limits {
  return { signal: context.limits.signal, deadline: Math.min(context.limits.deadline, context.clock.now() + ms) }
}
