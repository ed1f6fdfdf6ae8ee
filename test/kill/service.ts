import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/ration.js', import.meta.url))
const READY_MS = 60_000

export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A service process of its own, to be killed. */
export class KilledService {
  readonly #process: ChildProcess
  readonly #url: string
  readonly #ended: Promise<unknown>
  readonly #said: () => string

  private constructor(process: ChildProcess, url: string, ended: Promise<unknown>, said: () => string) {
    this.#process = process
    this.#url = url
    this.#ended = ended
    this.#said = said
  }

  /** Rejects `Refused` where it ends before it listens, null where `abandon` was called for first. */
  static async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    killAfterMs: number | null,
  ): Promise<KilledService | null> {
    const began = performance.now()
    const child = spawn(process.execPath, [BIN, 'serve', '--json', '--data', directory], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        RATION_DEFAULTS__PROFILE: 'fast',
        RATION_HTTP__PORT: '0',
        RATION_LOG__LEVEL: 'warn',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(child, 'close')
    const seen: { said: string; killed: boolean; address: string | null } = { said: '', killed: false, address: null }
    const timer = killAfterMs === null ? null : setTimeout(() => (seen.killed = child.kill('SIGKILL')), killAfterMs)
    child.stderr.on('data', (chunk: Buffer) => (seen.said += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      seen.said += chunk.toString()
      seen.address ??= /"url":"([^"]+)"/.exec(seen.said)?.[1] ?? null
    })
    for (let waited = 0; waited < READY_MS; waited += 20) {
      if (seen.address !== null && killAfterMs === null) {
        const service = new KilledService(child, seen.address, ended, () => seen.said)
        if ((await service.status('/readyz')) === 200) return service
      }
      if (child.exitCode !== null || child.signalCode !== null) break
      await sleep(20)
    }
    if (timer !== null) clearTimeout(timer)
    child.kill('SIGKILL')
    await ended
    if (seen.killed) return null
    throw new Refused(`${child.exitCode ?? child.signalCode} after ${Math.round(performance.now() - began)} ms: ${seen.said.slice(-2000)}`)
  }

  /** The last of what it wrote to its log. */
  get log(): string {
    return this.#said().slice(-3000)
  }

  /** An orderly end. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await this.#ended
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  async status(path: string): Promise<number> {
    return await fetch(this.#url + path).then(
      ({ status }) => status,
      () => 0,
    )
  }

  /** Rejects where nobody answers. */
  async send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly json: Record<string, unknown>; readonly text: string }> {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(this.#url + path, { method, ...sent })
    const text = await response.text()
    return { status: response.status, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}, text }
  }

  /** Lines of JSON out, lines of JSON back as they come; ends or rejects where the connection does. */
  async *batch(path: string, lines: readonly unknown[]): AsyncGenerator<Record<string, unknown>> {
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const response = await fetch(this.#url + path, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body })
    let held = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      held += decoder.decode(chunk as Uint8Array, { stream: true })
      for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n')) {
        yield JSON.parse(held.slice(0, end)) as Record<string, unknown>
        held = held.slice(end + 1)
      }
    }
  }
}
