import type { GateResult, GoldenSet } from '../../src/core/golden/gate.ts'
import type { IndexVersion } from '../../src/core/ids.ts'
import type { Gate } from '../../src/core/ports/gate.ts'
import type { IndexVersions } from '../../src/core/ports/index-versions.ts'
import type { Releases } from '../../src/core/ports/releases.ts'

const v2 = 'v2' as IndexVersion
const figures = { version: v2, evidence: 0.9, passageRecall: 0.8, questions: 1 }
const GOLDEN: GoldenSet = { hash: 'g0', attachedAt: '2026-01-01T00:00:00.000Z', questions: [], baseline: null }

const GATE: GateResult = {
  ...{ passed: true, failures: [], figures, live: null, baseline: null, measure: { budgetTokens: 1500, k: 10 } },
  ...{ stale: 0, golden: 'g0', config: 'k0', ranAt: '2026-01-01T00:00:00.000Z' },
}

const REPORT = { version: v2, replaced: null, copied: 1, removed: 0, embeddedChunks: 1, checks: [], gate: GATE, ms: 1 }

/** In place of versions, which need indexes on disk: everything succeeds. What they do is tested over real ones (test/e2e/versions.test.ts). */
export const fakeReleases = {
  versions: {
    canary: () => Promise.resolve(),
    golden: () => Promise.resolve(GOLDEN),
    removeGolden: () => Promise.resolve(),
    versions: () => Promise.resolve([]),
  } as Partial<IndexVersions> as IndexVersions,
  releases: {
    rebuild: () => Promise.resolve(REPORT),
    publish: () => Promise.resolve(REPORT),
    rollback: () => Promise.resolve(REPORT),
  } as Partial<Releases> as Releases,
  gate: {
    attach: (_tenant, _index, questions) => Promise.resolve({ golden: { ...GOLDEN, questions }, stale: 0 }),
    run: () => Promise.resolve(GATE),
  } as Partial<Gate> as Gate,
}
