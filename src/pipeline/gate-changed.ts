import type { IndexName, TenantId } from '../core/ids.ts'
import type { Gate } from '../core/ports/gate.ts'
import type { IndexVersions } from '../core/ports/index-versions.ts'
import type { Limits } from '../core/ports/limits.ts'

export interface ChangedPorts {
  readonly indexes: IndexVersions
  readonly gate: Gate
  /** Hash of the configuration of now. */
  readonly config: string
  readonly told: (gate: { readonly tenant: TenantId; readonly index: IndexName; readonly passed: boolean }) => void
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

/** `gateChanged` beside the service's own work, from `start` until `stop` resolves. */
export function createStartGate(ports: ChangedPorts) {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    start(): void {
      if (stopping.signal.aborted) return
      running = gateChanged(ports, { signal: stopping.signal, deadline: Number.POSITIVE_INFINITY }).catch((error: unknown) => {
        if (!stopping.signal.aborted) ports.log.warn({ err: String(error) }, 'the gates of the indexes could not be asked')
      })
    },
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}

/**
 * At start: settings, templates and models decide answers as much as an index does, so where they are not those that the live version was
 * last asked with, its gate is asked again. Nothing is refused: questions are answered meanwhile and whatever the outcome, which is logged, kept
 * with the version and counted in the metric. One index after the other, beside the service's own work.
 */
export async function gateChanged({ indexes, gate, config, log, told }: ChangedPorts, limits: Limits): Promise<void> {
  const isStopped = (): boolean => limits.signal.aborted
  for (const { tenant, name } of await indexes.everywhere()) {
    if (isStopped()) return
    try {
      const golden = await indexes.golden(tenant, name, limits)
      if (golden === null) continue
      const live = (await indexes.versions(tenant, name, limits)).find(({ aliases }) => aliases.includes('current'))
      const last = live?.gate
      if (last?.config === config && last.golden === golden.hash) {
        told({ tenant, index: name, passed: last.passed })
        if (!last.passed) log.warn({ tenant, index: name, failures: last.failures }, 'the live version does not pass the gate of its index')
        continue
      }
      const result = await gate.run(tenant, name, 'current', () => undefined, limits)
      if (result === null) continue
      const fields = { tenant, index: name, version: live?.version, config, before: last?.config ?? null, failures: result.failures }
      if (result.passed) log.info(fields, 'the configuration changed and the index passes its gate')
      else log.warn(fields, 'the configuration changed and the index does not pass its gate any more')
    } catch (error) {
      if (isStopped()) return
      log.warn({ tenant, index: name, err: String(error) }, 'the gate of the index could not be asked')
    }
  }
}
