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

/** Most of what is left is never kept back: with a short deadline the reserve is a quarter of it. */
const RESERVED_SHARE = 0.25

/** Milliseconds that a stage may take which others have to follow: what is left without the reserve of those. */
export function spendableMs(context: RequestContext, reserveMs: number): number {
  const left = Math.max(0, context.limits.deadline - context.clock.now())
  return left - Math.min(reserveMs, left * RESERVED_SHARE)
}

/** The same request with so much less time: a stage that may fail without failing the request gets a deadline of its own. */
export function withReserve(context: RequestContext, reserveMs: number): Limits {
  return { signal: context.limits.signal, deadline: context.clock.now() + spendableMs(context, reserveMs) }
}
