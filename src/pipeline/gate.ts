import { AppError } from '../core/errors.ts'
import {
  judgeGate,
  type GateResult,
  type GateThresholds,
  type GoldenBaseline,
  type GoldenMeasure,
  type GoldenSet,
} from '../core/golden/gate.ts'
import type { IndexName, IndexVersion, TenantId, VersionRef } from '../core/ids.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Gate } from '../core/ports/gate.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { IndexVersions } from '../core/ports/index-versions.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Ranker } from '../core/ports/ranker.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import { locateAll, scoreGolden } from './golden-scores.ts'

export interface GateSettings {
  readonly gateBudgetTokens: number
  readonly gateK: number
  readonly gateMinEvidence: number
  readonly gateMinPassageRecall: number
  readonly gateLiveDrop: number
  readonly gateBaselineDrop: number
}

export interface GatePorts {
  readonly clock: Clock
  readonly indexes: IndexRegistry & IndexVersions
  readonly retriever: Retriever
  readonly ranker: Ranker
  /** Hash of the configuration that questions are answered with. */
  readonly config: string
  /** Hears how the live version did. */
  readonly told: (gate: { readonly tenant: TenantId; readonly index: IndexName; readonly passed: boolean }) => void
}

export function createGate(settings: GateSettings, ports: GatePorts): Gate {
  const { clock, indexes, config } = ports
  const measure: GoldenMeasure = { budgetTokens: settings.gateBudgetTokens, k: settings.gateK }
  const thresholds: GateThresholds = {
    minEvidence: settings.gateMinEvidence,
    minPassageRecall: settings.gateMinPassageRecall,
    liveDrop: settings.gateLiveDrop,
    baselineDrop: settings.gateBaselineDrop,
  }
  const now = (): string => new Date(clock.wall()).toISOString()
  return {
    async attach(tenant, index, questions, limits) {
      const reader = await indexes.pin(tenant, index, limits)
      try {
        let stale = 0
        for (const { passages } of questions) {
          const located = await locateAll(passages, reader, limits)
          if (located.some(({ span }) => span === null)) stale++
        }
        if (stale < questions.length) return { golden: await indexes.attachGolden(tenant, index, questions, limits), stale }
      } finally {
        reader.release()
      }
      const doc = questions[0]?.passages[0]?.doc ?? null
      const message = 'No question has its passages in the documents of the index: are the ids and the quotes those of the index?'
      throw new AppError('invalid_request', message, { index, doc })
    },

    async run(tenant, index, ref, asked, limits) {
      const golden = await indexes.golden(tenant, index, limits)
      if (golden === null) return null
      const [version, current] = [await versionOf(tenant, index, ref, limits), await versionOf(tenant, index, 'current', limits)]
      const isLive = version === current
      const total = golden.questions.length * (isLive ? 1 : 2)
      const scores = await scoresOf(tenant, index, version, golden, (done) => asked(done, total), limits)
      const before = golden.questions.length
      const live = isLive
        ? null
        : { version: current, scores: await scoresOf(tenant, index, current, golden, (done) => asked(before + done, total), limits) }
      const baseline = comparable(golden.baseline, measure)
      const judged = judgeGate({ version, scores }, { live, baseline }, thresholds)
      const result: GateResult = { ...judged, measure, golden: golden.hash, config, ranAt: now() }
      await indexes.recordGate(tenant, index, version, result, limits)
      if (isLive) ports.told({ tenant, index, passed: result.passed })
      if (baseline === null && result.passed) {
        const pinned = { version, config, measure, pinnedAt: now(), scores }
        // Somebody may have pinned one by hand while this ran.
        await indexes.pinBaseline(tenant, index, golden.hash, pinned, limits, golden.baseline)
      }
      return result
    },

    async pin(tenant, index, ref, asked, limits) {
      const golden = await indexes.golden(tenant, index, limits)
      if (golden === null) throw new AppError('invalid_request', 'The index has no golden set: attach one first', { index })
      const version = await versionOf(tenant, index, ref, limits)
      const scores = await scoresOf(tenant, index, version, golden, (done) => asked(done, golden.questions.length), limits)
      const baseline: GoldenBaseline = { version, config, measure, pinnedAt: now(), scores }
      await indexes.pinBaseline(tenant, index, golden.hash, baseline, limits)
      return baseline
    },
  }

  async function scoresOf(
    tenant: TenantId,
    index: IndexName,
    version: IndexVersion,
    { questions }: GoldenSet,
    asked: (done: number) => void,
    limits: Limits,
  ) {
    const reader = await indexes.pin(tenant, index, limits, version)
    try {
      return await scoreGolden({ tenant, index, version, questions, reader, measure }, { ...ports, asked }, limits)
    } finally {
      reader.release()
    }
  }

  async function versionOf(tenant: TenantId, index: IndexName, ref: VersionRef, limits: Limits): Promise<IndexVersion> {
    const reader = await indexes.pin(tenant, index, limits, ref)
    reader.release()
    return reader.version
  }
}

/** Scores of another budget or another k say nothing about these. */
function comparable(baseline: GoldenBaseline | null, { budgetTokens, k }: GoldenMeasure): GoldenBaseline | null {
  return baseline?.measure.budgetTokens === budgetTokens && baseline.measure.k === k ? baseline : null
}
