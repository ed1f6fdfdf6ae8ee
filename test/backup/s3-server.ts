import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Made once per machine; what a test installs, the next one finds. */
const PLACE = path.join(tmpdir(), 'ration-moto')
const INSTALL_MS = 180_000
const START_MS = 30_000

async function install(): Promise<string> {
  const server = path.join(PLACE, 'bin', 'moto_server')
  if (existsSync(server)) return server
  const draft = await mkdtemp(`${PLACE}-`)
  try {
    await run('python3', ['-m', 'venv', draft], { timeout: INSTALL_MS })
    await run(path.join(draft, 'bin', 'pip'), ['install', '--quiet', 'moto[server]'], { timeout: INSTALL_MS })
    // Scripts of an environment name their interpreter by its path, so what was made is called through it.
    await rename(draft, PLACE)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return server
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface S3Server {
  readonly endpoint: string
  stop(): void
}

/** A real server that speaks S3, or why there is none here. */
export async function startS3(): Promise<S3Server | string> {
  try {
    await install()
  } catch (error) {
    return `moto cannot be installed here: ${String(error).slice(0, 200)}`
  }
  const port = await freePort()
  const child = spawn(path.join(PLACE, 'bin', 'python3'), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  const stop = (): void => void child.kill('SIGKILL')
  for (let waited = 0; waited < START_MS; waited += 100) {
    if (child.exitCode !== null) return 'moto ended at its start'
    const answers = await fetch(`${endpoint}/moto-api/`).then(
      () => true,
      () => false,
    )
    if (answers) return { endpoint, stop }
    await sleep(100)
  }
  stop()
  return 'moto did not start'
}
