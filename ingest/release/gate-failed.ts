import { AppError } from '../../src/core/errors.ts'
import type { GateResult } from '../../src/core/golden/gate.ts'
import type { IndexVersion } from '../../src/core/ids.ts'
import type { VerifyCheck } from '../../src/core/ports/index-registry.ts'

/** What keeps a version from being published; null where nothing does. The message has the first problem of each check, `failures` all that it names. */
export function gateFailed(version: IndexVersion, checks: readonly VerifyCheck[], gate: GateResult | null): AppError | null {
  const failed = checks.filter(({ ok }) => !ok)
  const told = gate?.failures ?? []
  if (failed.length + told.length === 0) return null
  const { figures = null, live = null, baseline = null } = gate ?? {}
  const failures = [...failed.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)), ...told]
  const message = `${version} stays unpublished: ${[...failed.map(inShort), ...told].join('; ')}`
  return new AppError('gate_failed', message, { version, failures, figures, live, baseline })
}

function inShort({ name, problems }: VerifyCheck): string {
  const [first = 'failed', ...others] = problems
  return `${name}: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ''}`
}
