import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyDatabase } from '../state/database-fixture.ts'

const BIN = fileURLToPath(new URL('../../bin/ration.js', import.meta.url))

type Environment = Readonly<Record<string, string>>
/** What a shell has, without settings of whoever runs the tests. */
const BARE: Environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('RATION_') || name === 'DATABASE_URL' || name === 'NODE_TEST_CONTEXT' ? [] : [[name, value]],
  ),
)
const FAST: Environment = { RATION_DEFAULTS__PROFILE: 'fast', RATION_HTTP__PORT: '0' }

/** What can be told what to do when a test has ended. */
export interface Opener {
  after(action: () => unknown): unknown
}

const opened = new WeakMap<Opener, (() => unknown)[]>()

/** Runs `action` when the test has ended, before everything that was registered earlier: node:test runs its hooks first to last. */
export function atEnd(t: Opener, action: () => unknown): void {
  const known = opened.get(t)
  if (known !== undefined) {
    known.push(action)
    return
  }
  const actions = [action]
  opened.set(t, actions)
  t.after(async () => {
    for (const end of actions.reverse()) await end()
  })
}

/** For hooks of a suite, which have no test: what was opened in `before` is closed by calling `close` in `after`. */
export function createSuite(): Opener & { close(): Promise<void> } {
  const actions: (() => unknown)[] = []
  return {
    after: (action) => actions.push(action),
    async close() {
      for (const action of actions.reverse()) await action()
    },
  }
}

/** A data directory with a control database in it, which would take seconds to make. */
export async function dataDirectory(t: Opener): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-e2e-'))
  atEnd(t, () => rm(directory, { recursive: true, force: true }))
  await copyDatabase(directory)
  return directory
}

/** A child process of the program. `folder` is where it runs; settings come from `environment` alone. */
export function spawnRation(argv: readonly string[], folder: string, environment: Environment = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...argv], {
    cwd: folder,
    env: { ...BARE, ...FAST, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** All that a child process says until its end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

/** One command, run to its end. */
export function ration(argv: readonly string[], folder: string, environment: Environment = {}): Promise<Ended> {
  return ended(spawnRation([...argv, '--data', folder], folder, environment))
}

export interface Service {
  readonly url: string
  readonly process: ChildProcess
  readonly end: Promise<Ended>
  /** The JSON of an answer, whatever its status. */
  readonly send: <Body = Problem>(method: string, path: string, body?: unknown, headers?: Environment) => Promise<Exchange<Body>>
}

/** An answer, whatever its status: JSON where it is JSON, otherwise its text. */
export interface Exchange<Body> {
  readonly status: number
  readonly json: Body
}

export interface Problem {
  readonly code: string
  readonly detail: string
}

/** `ration serve` on a port of its own, ready to answer; killed when the test ends. */
export async function serve(t: Opener, directory: string, environment: Environment = {}): Promise<Service> {
  const child = spawnRation(['serve', '--json', '--data', directory], directory, { RATION_LOG__LEVEL: 'error', ...environment })
  atEnd(t, () => void child.kill('SIGKILL'))
  const end = ended(child)
  const line = await Promise.race([
    new Promise<string>((resolve) => {
      let text = ''
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        // Its log goes there too.
        const line = /^\{"url":.*\}$/m.exec(text)?.[0]
        if (line !== undefined) resolve(line)
      })
    }),
    end.then(({ out, err }) => Promise.reject(new Error(`the service ended: ${out}${err}`))),
  ])
  const { url: address } = JSON.parse(line) as { url: string }
  const url = address.replace('0.0.0.0', '127.0.0.1')
  const send = async <Body>(method: string, path: string, body?: unknown, headers: Environment = {}): Promise<Exchange<Body>> => {
    const sent =
      body === undefined ? { headers } : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
    const response = await fetch(url + path, { method, ...sent })
    const text = await response.text()
    const isJson = String(response.headers.get('content-type')).includes('json')
    return { status: response.status, json: (isJson ? JSON.parse(text) : text) as Body }
  }
  while ((await send('GET', '/readyz')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  return { url, process: child, end, send }
}

export const ask = (change: Readonly<Record<string, unknown>> = {}) => ({
  query: 'how do I rotate an API key?',
  index: 'docs',
  budget: { tokens: 400 },
  deadline_ms: 20_000,
  ...change,
})
