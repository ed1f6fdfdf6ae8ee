import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { camelCased, type CamelCased } from '../../src/config/camel-case.ts'
import { http } from '../../src/config/sections/http.ts'
import { backup } from '../../src/config/sections/backup.ts'
import { calibration } from '../../src/config/sections/calibration.ts'
import { packing } from '../../src/config/sections/packing.ts'
import { sessions } from '../../src/config/sections/sessions.ts'
import { versions } from '../../src/config/sections/versions.ts'
import { AppError } from '../../src/core/errors.ts'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import { createApp } from '../../src/http/app.ts'
import type { HttpPorts } from '../../src/http/ports.ts'
import type { HttpSettings } from '../../src/http/settings.ts'
import { countingCalibrator, memoryIngester, MemoryIndexes } from './fake-indexes.ts'
import { fakeReleases } from './fake-releases.ts'
import { MemoryJobs } from './memory-jobs.ts'
import { noBackups, noRepairs } from './fake-backups.ts'
import { echoRetriever, MemoryKeys, MemoryLedger, staticProfiles } from './fakes.ts'

const { max_items: maxItems, required_documents: requiredDocuments, auto_ceiling_tokens: autoCeilingTokens } = packing.parse({})

/** What the configuration gives by itself; also checks that the section has every setting the room asks for. */
export const DEFAULTS: HttpSettings = {
  ...(camelCased(http, http.parse({})) as CamelCased<ReturnType<typeof http.parse>>),
  maxItems,
  requiredDocuments,
  autoCeilingTokens,
  sessionNameCharacters: sessions.parse({}).name_characters,
  calibrationQuestions: calibration.parse({}).max_questions,
  calibrationDeadlineMs: calibration.parse({}).deadline_ms,
  goldenQuestions: versions.parse({}).golden_questions,
  backupDeadlineMs: backup.parse({}).deadline_ms,
  releaseDeadlineMs: versions.parse({}).deadline_ms,
}

interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export interface TestApp {
  readonly app: FastifyInstance
  readonly indexes: MemoryIndexes
  readonly jobs: MemoryJobs
  readonly keys: MemoryKeys
  readonly ledger: MemoryLedger
  readonly lines: LogLine[]
  readonly observed: unknown[]
}

/** The application over fakes; `settings` and `ports` are laid over the defaults. Closed when the test ends. */
export async function openApp(
  t: TestContext,
  { settings = {}, ports = {} }: { readonly settings?: Partial<HttpSettings>; readonly ports?: Partial<HttpPorts> } = {},
): Promise<TestApp> {
  const indexes = new MemoryIndexes()
  const jobs = new MemoryJobs()
  const keys = new MemoryKeys()
  const ledger = new MemoryLedger()
  const lines: LogLine[] = []
  const observed: unknown[] = []
  const log = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) => void lines.push({ level, fields, message })
  const app = await createApp(
    { ...DEFAULTS, ...settings },
    {
      clock: { now: () => performance.now(), wall: () => Date.now() },
      retriever: echoRetriever,
      ingester: memoryIngester(indexes),
      jobs,
      checkUrl: allowExample,
      indexes,
      ...fakeReleases,
      backups: noBackups,
      repairer: noRepairs,
      calibrator: countingCalibrator(indexes),
      profiles: staticProfiles,
      keys,
      usage: ledger,
      metrics: {
        render: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'ration_up 1\n' }),
        observeRequest: (request) => void observed.push(request),
        observeAnswer: (answer) => void observed.push({ answer: answer.id }),
        observeGate: (gate) => void observed.push({ gate }),
        observeIngest: (report) => void observed.push({ report }),
      },
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      defaults: {
        tenant: 'default' as TenantId,
        index: 'default' as IndexName,
        profile: 'fast',
        language: 'English',
        encodings: ['o200k_base'],
      },
      prices: { contextPer1mTokens: {}, embedPer1mTokens: 2, rerankPer1kPairs: 0, storagePerGb: 3 },
      version: '0.0.0-test',
      isolation: { files: 'permission', network: 'namespace', endsWithService: true },
      ready: () => true,
      ...ports,
    },
  )
  t.after(() => app.close())
  return { app, indexes, jobs, keys, ledger, lines, observed }
}

/** As a worker that may fetch from example.com only. */
function allowExample(url: string): void {
  if (!url.startsWith('https://example.com/')) throw new AppError('url_refused', 'The host is not on the allow-list')
}

export const question = (change: Record<string, unknown> = {}) => ({ query: 'how do I rotate a key?', budget: { tokens: 800 }, ...change })

/** Resolves when `condition` holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}
