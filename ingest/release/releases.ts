import { AppError } from '../../src/core/errors.ts'
import type { IndexVersion } from '../../src/core/ids.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Gate } from '../../src/core/ports/gate.ts'
import type { IndexRegistry, VerifyCheck } from '../../src/core/ports/index-registry.ts'
import type { HeldVersion, IndexVersions } from '../../src/core/ports/index-versions.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { ModelProfiles } from '../../src/core/ports/model-profiles.ts'
import type { PublishRequest, ReleaseReport, Releases, TellRelease } from '../../src/core/ports/releases.ts'
import type { TokenCounters } from '../../src/core/ports/token-counter.ts'
import { createTokenMeasure } from '../chunk/token-measure.ts'
import { createVectorSource } from '../embed.ts'
import type { IngestSettings } from '../settings.ts'
import { catchUp, differenceTo, type Follower } from './catch-up.ts'
import { diffVersions } from './diff-versions.ts'
import { gateFailed } from './gate-failed.ts'
import { learnBoilerplate } from './learn-boilerplate.ts'
import { selfRetrieval, type SampleSettings } from './self-retrieval.ts'

export interface ReleaseSettings extends Omit<SampleSettings, 'modelTexts'> {
  readonly catchUpRounds: number
  readonly lockedDocuments: number
}

export interface ReleasePorts {
  readonly indexes: IndexRegistry & IndexVersions
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
  readonly clock: Clock
  readonly gate: Gate
}

type Place = Pick<PublishRequest, 'tenant' | 'index'>
type Outcome = Pick<ReleaseReport, 'replaced' | 'checks' | 'gate'>

/**
 * The way of a version:
 *
 *     empty ── copy, round by round ──> ready ── verify, gate ──> copy ── writers wait: last copy, move the alias ──> current
 */
export function createReleases(settings: ReleaseSettings, ingest: IngestSettings, ports: ReleasePorts): Releases {
  const { indexes, profiles, counters, clock, gate } = ports
  return {
    async rebuild(request, tell, limits) {
      const started = clock.now()
      const { tenant, index, change } = request
      const { declaration } = await indexes.status(tenant, index, limits)
      const { passages } = await profiles.open(change.profile ?? declaration.profile)
      const { name, fingerprint, space, dimensions } = passages
      const embedder = { name, fingerprint, space, dimensions }
      const candidate = await indexes.build(tenant, index, change, embedder, limits)
      try {
        const follower = follow(request, candidate)
        await copyAll(request, follower, tell, limits)
        await candidate.writer.optimize(limits)
        await candidate.keep()
        const outcome = await release({ ...request, stale: false, drop: false }, follower, request.publish, tell, limits)
        return report(follower, outcome, started)
      } finally {
        candidate.release()
        await candidate.discard()
      }
    },

    async publish(request, tell, limits) {
      const started = clock.now()
      const target = await indexes.hold(request.tenant, request.index, request.version, limits)
      try {
        const follower = follow(request, target)
        return report(follower, await release(request, follower, true, tell, limits), started)
      } finally {
        target.release()
      }
    },

    async rollback(request, tell, limits) {
      const started = clock.now()
      const target = await indexes.hold(request.tenant, request.index, 'previous', limits)
      try {
        const follower = follow(request, target)
        const outcome = await move({ ...request, force: null }, follower, { rollback: true }, tell, limits)
        return report(follower, { replaced: outcome, checks: [], gate: null }, started)
      } finally {
        target.release()
      }
    },

    diff: (tenant, index, a, b, limits) => diffVersions(indexes, { tenant, index, a, b }, limits),
  }

  function follow({ tenant, index }: Place, target: HeldVersion): Follower {
    const open: Follower['models'] = async (live, limits) => {
      const { passages } = await profiles.open(target.declaration.profile)
      const measure = createTokenMeasure(passages, ingest.modelTexts)
      const chunker = {
        declaration: target.declaration,
        settings: ingest,
        measure,
        counters,
        boilerplate: await learnBoilerplate(live, [await indexes.writer(tenant, index, limits), target.writer], ingest, limits),
      }
      const cache = await indexes.vectors(tenant, index, limits)
      return { indexing: { chunker, vectors: createVectorSource(passages, cache, ingest) }, fingerprint: passages.fingerprint }
    }
    let opened: ReturnType<Follower['models']> | null = null
    return { target, models: (live, limits) => (opened ??= open(live, limits)), counted: { copied: 0, removed: 0, embeddedChunks: 0 } }
  }

  /** Verifies, asks the gate, and publishes where `publish` is; a failure rejects `gate_failed` unless there is a reason to go on. */
  async function release(
    request: Omit<PublishRequest, 'version'>,
    follower: Follower,
    publish: boolean,
    tell: TellRelease,
    limits: Limits,
  ): Promise<Outcome> {
    const { tenant, index, force } = request
    const { version } = follower.target
    if (!request.stale && publish) await copyAll(request, follower, tell, limits)
    const checks = await verified(request, follower, tell, limits)
    const result = await gate.run(tenant, index, version, (done, total) => tell({ stage: 'gate', done, total }), limits)
    const failure = gateFailed(version, checks, result)
    if (failure !== null && force === null) throw failure
    const forced = failure === null ? null : force
    const replaced = publish ? await move({ ...request, force: forced }, follower, { rollback: false }, tell, limits) : null
    return { replaced, checks, gate: result }
  }

  async function verified(
    { tenant, index }: Place,
    { target }: Follower,
    tell: TellRelease,
    limits: Limits,
  ): Promise<readonly VerifyCheck[]> {
    const { passages } = await profiles.open(target.declaration.profile)
    tell({ stage: 'verify', done: 0, total: 2 })
    const checks = await indexes.verify(tenant, index, limits, target.version)
    tell({ stage: 'verify', done: 1, total: 2 })
    const reader = target.pin()
    try {
      return [...checks, ...(await selfRetrieval(reader, passages, { ...settings, modelTexts: ingest.modelTexts }, limits))]
    } finally {
      reader.release()
      tell({ stage: 'verify', done: 2, total: 2 })
    }
  }

  /** The alias moves; gives back the version that was current. */
  async function move(
    request: Omit<PublishRequest, 'version'>,
    follower: Follower,
    { rollback }: { readonly rollback: boolean },
    tell: TellRelease,
    limits: Limits,
  ): Promise<IndexVersion> {
    const { tenant, index, stale, force } = request
    if (!stale) {
      await copyAll(request, follower, tell, limits)
      await follower.target.writer.optimize(limits)
    }
    let replaced = follower.target.version
    const last = async (): Promise<void> => {
      tell({ stage: 'publish', done: 0, total: 1 })
      const live = await indexes.pin(tenant, index, limits)
      replaced = live.version
      try {
        if (!stale) await catchUp(live, follower, ingest, settings.lockedDocuments, () => undefined, limits)
      } finally {
        live.release()
      }
    }
    await indexes.publish(tenant, index, follower.target.version, { stale, forced: force, rollback }, last, limits)
    tell({ stage: 'publish', done: 1, total: 1 })
    return replaced
  }

  /** Until so little is missing that writers can wait for it. */
  async function copyAll(
    request: Place & { readonly drop?: boolean },
    follower: Follower,
    tell: TellRelease,
    limits: Limits,
  ): Promise<void> {
    const { tenant, index } = request
    for (let round = 0; round < settings.catchUpRounds; round++) {
      const live = await indexes.pin(tenant, index, limits)
      try {
        if (live.version === follower.target.version) return
        const before = follower.counted.copied + follower.counted.removed
        await refuseLoss(live, follower, request.drop ?? false, limits)
        await catchUp(live, follower, ingest, null, (done, total) => tell({ stage: 'copy', done, total }), limits)
        if (follower.counted.copied + follower.counted.removed - before <= settings.lockedDocuments) return
      } finally {
        live.release()
      }
    }
  }

  /** A version that was left behind holds documents that somebody was told are stored. */
  async function refuseLoss(live: Parameters<typeof catchUp>[0], { target }: Follower, drop: boolean, limits: Limits): Promise<void> {
    if (!target.ahead || drop) return
    const { onlyB, changed } = await differenceTo(live, { target }, limits)
    if (onlyB.length + changed.length === 0) return
    const message = `${target.version} holds documents that were stored while it was current and that the live ${live.version} does not have: publish it as it is (stale), or let go of them (drop)`
    throw new AppError('version_differs', message, { version: target.version, only_there: onlyB.length, changed: changed.length })
  }

  function report({ target, counted }: Follower, outcome: Outcome, started: number): ReleaseReport {
    return { version: target.version, ...outcome, ...counted, ms: clock.now() - started }
  }
}
