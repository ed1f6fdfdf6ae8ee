import { join } from 'node:path'
import { openRawPair } from '../indexes/raw-pair.ts'
import { createIndexRegistry } from '../indexes/registry.ts'
import { createFetcher } from '../ingest/fetch/fetcher.ts'
import { createIngester } from '../ingest/ingester.ts'
import { createRepairer } from '../ingest/repair.ts'
import { createJobWork } from '../ingest/job-work.ts'
import { createReleases } from '../ingest/release/releases.ts'
import { createParserPool } from '../ingest/parse/parser-pool.ts'
import packageFile from '../package.json' with { type: 'json' }
import { createBackups } from './backup/create.ts'
import { configHash } from './config/hash.ts'
import type { Config } from './config/schema.ts'
import { closeAll, type Closer } from './core/close-all.ts'
import { AppError } from './core/errors.ts'
import type { IndexName, TenantId } from './core/ids.ts'
import { ingestUsage } from './core/ingest-usage.ts'
import type { Clock } from './core/ports/clock.ts'
import type { Engine } from './core/ports/engine.ts'
import type { SessionStore } from './core/ports/session-store.ts'
import { indexToFill } from './http/index-creation.ts'
import { isLoopback } from './http/loopback.ts'
import type { HttpMetrics, HttpPorts } from './http/ports.ts'
import type { HttpSettings } from './http/settings.ts'
import type { ModelSettings } from './models/model-settings.ts'
import { readIntentExamples } from './models/intent-examples.ts'
import { createNaturalIntentClassifier } from './models/natural-intent.ts'
import { createModelProfiles } from './models/profiles.ts'
import { createTokenCounters } from './models/token-counters.ts'
import type { Log } from './observe/log.ts'
import { createMetrics } from './observe/metrics.ts'
import { createCalibrator } from './pipeline/calibrate.ts'
import { createGate } from './pipeline/gate.ts'
import { createStartGate } from './pipeline/gate-changed.ts'
import { createRanker } from './pipeline/ranker.ts'
import { createRetriever } from './pipeline/retrieve.ts'
import { createStages } from './pipeline/stages.ts'
import { withBootstrapKey } from './state/bootstrap-key.ts'
import { openControlDatabase } from './state/database.ts'
import { createJobQueue } from './state/jobs/job-queue.ts'
import { createKeyStore } from './state/keys.ts'
import { recoverIntake } from './state/recover.ts'
import { createMemorySessions } from './state/memory-sessions.ts'
import { createSessionStore } from './state/sessions.ts'
import { createStateSource } from './state/state-source.ts'
import { createUsageLedger } from './state/usage.ts'

export interface ServiceOptions {
  /** The data directory; this process owns it. */
  readonly directory: string
  readonly log: Log
}

export interface EngineOptions extends ServiceOptions {
  /** Where sessions are remembered; in memory where none is given. */
  readonly sessions?: SessionStore
  /** Hears how the live version of an index did in its gate. */
  readonly gateTold?: HttpMetrics['observeGate']
}

export interface OpenServiceOptions extends ServiceOptions {
  /** False leaves loading the default profile to whoever asks first; otherwise it is loaded at once, and the service is not ready before. */
  readonly warm?: boolean
}

/** Everything behind the HTTP API, opened. */
export interface Service {
  readonly ports: HttpPorts
  readonly engine: Engine
  close(): Promise<void>
}

const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }

/** The query and ingest paths over the indexes below `directory`, without HTTP and without a control database. */
export async function openEngine(config: Config, { directory, log, sessions, gateTold }: EngineOptions): Promise<Engine> {
  const hash = configHash(config)
  const settings = { ...config, prices: config.usage.prices, configHash: hash }
  const indexes = await createIndexRegistry(
    { ...config.indexes, versions: config.versions, duplicates: config.duplicates },
    {
      directory: join(directory, 'indexes'),
      clock,
      log: { warn: (event, details) => log.warn(details, event) },
    },
  )
  const profiles = createModelProfiles(modelSettings(config), clock)
  const counters = createTokenCounters(config.models)
  const ingest = { ...config.ingest, boilerplate: config.duplicates }
  const parsers = await createParserPool({ ...config.ingest, ...config.parse }, { clock })
  const classifier = createNaturalIntentClassifier(config.intents)
  const ports = { clock, indexes, profiles, counters, classifier, sessions: sessions ?? createMemorySessions(config.sessions, { clock }) }
  const stages = createStages(settings, ports)
  const retriever = createRetriever(settings, stages, ports)
  const ranker = createRanker(stages, ports)
  const gate = createGate(config.versions, { clock, indexes, retriever, ranker, config: hash, told: gateTold ?? (() => undefined) })
  return {
    clock,
    profiles,
    indexes,
    ingester: createIngester(ingest, { ...ports, parsers }),
    retriever,
    calibrator: createCalibrator(config.calibration, { ...ports, retriever, foreign: foreignQuestions() }),
    ranker,
    gate,
    repairer: createRepairer(ingest, ports),
    releases: createReleases(config.versions, ingest, { ...ports, gate }),
    classifier,
    counters,
    isolation: parsers.isolation,
    rawPair: (tenant, index, limits) => openRawPair(indexes, tenant, index, limits),
    versions: { ration: packageFile.version, config: hash, intents: classifier.fingerprint, node: process.version },
    close: () => closeAll([() => parsers.close(), () => counters.close(), () => profiles.close(), () => indexes.close()]),
  }
}

/** The engine, with keys and usage in the control database beside it. What was opened before something fails is closed again. */
export async function openService(config: Config, options: OpenServiceOptions): Promise<Service> {
  const opened: Closer[] = []
  try {
    return await openParts(config, options, opened)
  } catch (error) {
    await closeAll(opened).catch((late: unknown) => options.log.error({ err: late }, 'closing after a failed start failed as well'))
    throw error
  }
}

async function openParts(config: Config, options: OpenServiceOptions, opened: Closer[]): Promise<Service> {
  const { directory, log, warm = true } = options
  const warn = (message: string) => log.warn({}, message)
  const { database, statements, backend, dump } = await openControlDatabase(config.state, { directory, clock, warn })
  opened.push(() => database.destroy())
  const intake = await recoverIntake(config.state, { directory, database, warn })
  opened.push(() => intake.close())
  // Closed after the engine: what is still at work then books its end.
  const usage = createUsageLedger(config.usage, { database, clock, warn })
  opened.push(() => usage.close())
  const sessions = createSessionStore(config.sessions, { database, clock, warn })
  opened.push(() => sessions.close())
  const gateTold: HttpMetrics['observeGate'] = (gate) => metrics.observeGate(gate)
  const engine = await openEngine(config, { ...options, sessions, gateTold })
  opened.push(() => engine.close())
  log.info({ ...engine.isolation }, 'how far parsers are shut in')
  const sources = [createStateSource({ directory, dump }), engine.indexes]
  const backups = createBackups(config.backup, { sources, clock, version: packageFile.version, configuration: configHash(config), warn })
  const { index, profile, language, encodings } = config.defaults
  const tenant = config.defaults.tenant as TenantId
  const storedKeys = createKeyStore(config.state, { database, intake, clock })
  const secret = config.state.bootstrapKeySecret
  const keys = secret === null ? storedKeys : withBootstrapKey(storedKeys, { secret, tenant })

  const startGate = createStartGate({ indexes: engine.indexes, gate: engine.gate, config: configHash(config), log, told: gateTold })
  opened.push(() => startGate.stop())
  let isReady = !warm
  if (warm) {
    const loaded = engine.profiles.open(profile).then(() => {
      // A tokenizer takes a third of a second before it counts the first word.
      for (const encoding of encodings) engine.counters.resolve(encoding).count(' ')
    })
    void loaded.then(
      () => {
        isReady = true
        startGate.start()
      },
      (error: unknown) => {
        const isClosing = error instanceof AppError && error.code === 'shutting_down'
        if (!isClosing) log.error({ err: String(error) }, 'the default models could not be loaded')
      },
    )
  }
  opened.push(() => (isReady = false))

  const { retriever, ingester, indexes, profiles, calibrator, releases, repairer, gate } = engine
  const { prices } = config.usage
  const defaults = { tenant, index: index as IndexName, profile, language, encodings }
  const metrics = createMetrics({ usageRowsLost: () => usage.lost, queue: () => jobs.health() })
  const fetcher = createFetcher(config.fetch)
  opened.push(() => fetcher.close())
  const work = createJobWork(config.fetch, {
    ingester,
    fetcher,
    indexToFill: (owner, name, limits) => indexToFill({ indexes, profiles, defaults }, owner, name, limits),
    book({ id, tenant: owner, key, feature }, status, report) {
      const at = clock.wall()
      // A job that is begun again books again: it is another request to the ledger.
      usage.record(ingestUsage({ request: `${id}@${at}`, tenant: owner, key, at, ms: report.ms, feature }, status, report, prices))
      metrics.observeIngest(report)
    },
  })
  const jobs = await createJobQueue(config.jobs, { database, statements, backend, directory, clock, warn, work })
  // Before the engine, which it works with.
  opened.push(() => jobs.close())
  const ports: HttpPorts = {
    clock,
    retriever,
    ingester,
    jobs,
    checkUrl: (url) => fetcher.check(url),
    indexes,
    versions: indexes,
    releases,
    repairer,
    gate,
    calibrator,
    backups,
    profiles,
    usage,
    prices,
    keys,
    metrics,
    log,
    defaults,
    version: packageFile.version,
    isolation: engine.isolation,
    ready: () => isReady,
  }
  return { ports, engine, close: () => closeAll(opened) }
}

/** The questions that the intent classifier was trained with: written for this project, about everyday matters of many trades. Small talk searches nothing. */
const foreignQuestions = (): readonly string[] =>
  readIntentExamples()
    .filter(({ label }) => label !== 'chitchat')
    .map(({ text }) => text)

/** Downloaded models stand with the data of the service, unless a folder is named. */
export function modelSettings({ models, data }: Config): ModelSettings {
  return { ...models, cacheDirectory: models.cacheDirectory ?? join(data.directory, 'models') }
}

/** Keys are demanded as soon as anybody but this machine can reach the service. */
export function httpSettings(config: Config): HttpSettings {
  const { maxItems, requiredDocuments, autoCeilingTokens } = config.packing
  const { nameCharacters: sessionNameCharacters } = config.sessions
  const { maxQuestions: calibrationQuestions, deadlineMs: calibrationDeadlineMs } = config.calibration
  const { deadlineMs: backupDeadlineMs } = config.backup
  const { goldenQuestions, deadlineMs: releaseDeadlineMs } = config.versions
  const authRequired = config.http.authRequired || !isLoopback(config.http.host)
  return {
    ...config.http,
    ...{ maxItems, requiredDocuments, autoCeilingTokens, sessionNameCharacters, calibrationQuestions, calibrationDeadlineMs },
    ...{ backupDeadlineMs, goldenQuestions, releaseDeadlineMs, authRequired },
  }
}
