import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.ts'

const BIN = join(import.meta.dirname, '../../bin/ration.js')
const CLOSE_MS = 60_000

/** The program as its users run it, in processes of its own, over a data directory of its own. */
export interface Program {
  /** Process of the service. */
  readonly pid: number
  readonly url: string
  /** Runs one command and gives what it prints with `--json`. Rejects `internal` where it exits with another code than 0. */
  command(words: readonly string[]): Promise<unknown>
  request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>
  /** Uploads one file; gives what the service answers. */
  upload(fields: Readonly<Record<string, string>>, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown>
  close(): Promise<void>
}

/** Starts the service on a free port, with its data and configuration below `directory`. */
export async function startProgram(directory: string): Promise<Program> {
  const [data, config] = [join(directory, 'data'), join(directory, 'ration.json')]
  await writeFile(config, JSON.stringify({ http: { port: 0 }, log: { level: 'error' } }))
  const start = (words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [BIN, '--config', config, '--data', data, '--json', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const service = start(['serve'])
  const url = await firstLine(service)
  return {
    pid: service.pid ?? 0,
    url,
    async command(words) {
      const { code, output, errors } = await finished(start(words))
      if (code !== 0) throw new AppError('internal', `ration ${words.join(' ')} ended with ${code}: ${errors.slice(-400)}`)
      return JSON.parse(output) as unknown
    },
    async request(method, path, body) {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      return answerOf(await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }))
    },
    async upload(fields, name, bytes) {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      form.append('file', new Blob([bytes]), name)
      return answerOf(await fetch(`${url}/v1/documents`, { method: 'POST', body: form }))
    },
    async close() {
      if (service.exitCode !== null || service.signalCode !== null) return
      const gone = once(service, 'exit')
      service.kill('SIGTERM')
      const late = setTimeout(() => service.kill('SIGKILL'), CLOSE_MS)
      await gone
      clearTimeout(late)
    },
  }
}

async function answerOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (!answer.ok) throw new AppError('internal', `${new URL(answer.url).pathname}: ${answer.status} ${text.slice(0, 400)}`)
  return JSON.parse(text) as unknown
}

/** The service prints one line when it listens. */
async function firstLine(service: ChildProcess): Promise<string> {
  let errors = ''
  service.stderr?.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)))
  return new Promise((resolve, reject) => {
    let seen = ''
    service.stdout?.on('data', (data: Buffer) => {
      seen += data.toString()
      const whole = seen.split('\n').slice(0, -1)
      const line = whole.find((each) => each.includes('"url"'))
      if (line !== undefined) resolve((JSON.parse(line) as { readonly url: string }).url)
    })
    service.once('exit', (code) => reject(new AppError('internal', `the service ended with ${code}: ${errors}`)))
  })
}

async function finished(child: ChildProcess) {
  let [output, errors] = ['', '']
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output, errors }
}
