import type { BoilerplateSettings } from '../src/core/near/block-counts.ts'
import type { IndexName, TenantId } from '../src/core/ids.ts'
import { createBoilerplate, type Boilerplate } from './chunk/boilerplate.ts'

/** Indexes whose blocks are counted; one that was not written to for longest is learned anew. */
const INDEXES = 64

/** What this process has learned of the boilerplate of each index. A new process learns it anew, from as many documents as the setting says. */
export function createBoilerplateMemory(settings: BoilerplateSettings | undefined) {
  const known = new Map<string, Boilerplate>()
  return {
    of(tenant: TenantId, index: IndexName): Boilerplate | undefined {
      if (settings === undefined) return undefined
      const key = `${tenant}/${index}`
      const boilerplate = known.get(key) ?? createBoilerplate(settings)
      known.delete(key)
      known.set(key, boilerplate)
      for (const oldest of known.keys()) {
        if (known.size <= INDEXES) break
        known.delete(oldest)
      }
      return boilerplate
    },
  }
}
