import { join } from 'node:path'
import { openRawPair } from '../indexes/raw-pair.ts'
import { createIndexRegistry } from '../indexes/registry.ts'
import { createFetcher } from '../ingest/fetch/fetcher.ts'
import { createIngester } from '../ingest/ingester.ts'
import { createReleases } from '../ingest/release/releases.ts'
import { createParserPool } from '../ingest/parse/parser-pool.ts'
import packageFile from '../package.json' with { type: 'json' }
import { createBackups } from './backup/create.ts'
import { configHash } from './config/hash.ts'
import type { Config } from './config/schema.ts'
import { closeAll, type Closer } from './core/close-all.ts'
import { AppError } from './core/errors.ts'
import type { IndexName, TenantId } from './core/ids.ts'
import type { Clock } from './core/ports/clock.ts'
import type { Engine } from './core/ports/engine.ts'
import type { JobQueue } from './core/ports/job-queue.ts'
import type { SessionStore } from './core/ports/session-store.ts'
import { isLoopback } from './http/loopback.ts'
import type { HttpPorts } from './http/ports.ts'
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
import { createRanker } from './pipeline/ranker.ts'
import { createRetriever } from './pipeline/retrieve.ts'
import { createStages } from './pipeline/stages.ts'
import { withBootstrapKey } from './state/bootstrap-key.ts'
import { openControlDatabase } from './state/database.ts'
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
export async function openEngine(config: Config, { directory, log, sessions }: EngineOptions): Promise<Engine> {
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
  const parsers = await createParserPool({ ...config.ingest, ...config.parse }, { clock })
  const classifier = createNaturalIntentClassifier(config.intents)
  const ports = { clock, indexes, profiles, counters, classifier, sessions: sessions ?? createMemorySessions(config.sessions, { clock }) }
  const stages = createStages(settings, ports)
  const retriever = createRetriever(settings, stages, ports)
  const ranker = createRanker(stages, ports)
  const gate = createGate(config.versions, { clock, indexes, retriever, ranker, config: hash })
  return {
    clock,
    profiles,
    indexes,
    ingester: createIngester(config.ingest, { ...ports, parsers }),
    retriever,
    calibrator: createCalibrator(config.calibration, { ...ports, retriever, foreign: foreignQuestions() }),
    ranker,
    gate,
    releases: createReleases(config.versions, config.ingest, { ...ports, gate }),
    classifier,
    counters,
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
  const { database, dump } = await openControlDatabase(config.state, { directory, clock, warn })
  opened.push(() => database.destroy())
  const intake = await recoverIntake(config.state, { directory, database, warn })
  opened.push(() => intake.close())
  // Closed after the engine: what is still at work then books its end.
  const usage = createUsageLedger(config.usage, { database, clock, warn })
  opened.push(() => usage.close())
  const sessions = createSessionStore(config.sessions, { database, clock, warn })
  opened.push(() => sessions.close())
  const engine = await openEngine(config, { ...options, sessions })
  opened.push(() => engine.close())
  const sources = [createStateSource({ directory, dump }), engine.indexes]
  const backups = createBackups(config.backup, { sources, clock, version: packageFile.version, configuration: configHash(config), warn })
  const { index, profile, language, encodings } = config.defaults
  const tenant = config.defaults.tenant as TenantId
  const storedKeys = createKeyStore(config.state, { database, intake, clock })
  const secret = config.state.bootstrapKeySecret
  const keys = secret === null ? storedKeys : withBootstrapKey(storedKeys, { secret, tenant })

  let isReady = !warm
  if (warm) {
    const loaded = engine.profiles.open(profile).then(() => {
      // A tokenizer takes a third of a second before it counts the first word.
      for (const encoding of encodings) engine.counters.resolve(encoding).count(' ')
    })
    void loaded.then(
      () => (isReady = true),
      (error: unknown) => {
        const isClosing = error instanceof AppError && error.code === 'shutting_down'
        if (!isClosing) log.error({ err: String(error) }, 'the default models could not be loaded')
      },
    )
  }
  opened.push(() => (isReady = false))

  const fetcher = createFetcher(config.fetch)
  opened.push(() => fetcher.close())
  const { retriever, ingester, indexes, profiles, calibrator } = engine
  const ports: HttpPorts = {
    clock,
    retriever,
    ingester,
    jobs: noJobs,
    checkUrl: fetcher.check,
    indexes,
    calibrator,
    backups,
    profiles,
    usage,
    prices: config.usage.prices,
    keys,
    metrics: createMetrics({ usageRowsLost: () => usage.lost, queue: () => noJobs.health() }),
    log,
    defaults: { tenant, index: index as IndexName, profile, language, encodings },
    version: packageFile.version,
    ready: () => isReady,
  }
  return { ports, engine, close: () => closeAll(opened) }
}

const noJobs = new Proxy({} as JobQueue, { get: () => () => Promise.reject(new AppError('not_ready', 'There is no queue')) })

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
  const authRequired = config.http.authRequired || !isLoopback(config.http.host)
  return {
    ...config.http,
    maxItems,
    requiredDocuments,
    autoCeilingTokens,
    sessionNameCharacters,
    calibrationQuestions,
    calibrationDeadlineMs,
    backupDeadlineMs,
    authRequired,
  }
}
