import type { CommandTools, Terminal } from '../src/core/ports/command.ts'
import type { Engine } from '../src/core/ports/engine.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { TenantId } from '../src/core/ids.ts'

export const BENCH_TENANT = 'default' as TenantId

/** Benchmarks measure how long things take, so nothing is cut short that still moves. */
export const QUERY_DEADLINE_MS = 60_000
export const INGEST_DEADLINE_MS = 24 * 3_600_000

/** What every benchmark works with: an engine over its own directory, never over the service's data. */
export interface Session {
  readonly engine: Engine
  readonly directory: string
  readonly terminal: Terminal
  /** Ctrl-C and `milliseconds` from now. */
  readonly limits: (milliseconds: number) => Limits
}

export async function withSession<Result>(
  tools: CommandTools,
  directory: string,
  overrides: Readonly<Record<string, unknown>>,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const engine = await tools.engine(directory, overrides)
  try {
    const limits = (milliseconds: number): Limits => ({ signal: tools.signal, deadline: engine.clock.now() + milliseconds })
    return await use({ engine, directory, terminal: tools.terminal, limits })
  } finally {
    await engine.close()
  }
}
