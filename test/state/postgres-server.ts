import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface PostgresServer {
  readonly url: string
  stop(): Promise<void>
}

/** Where Debian and Ubuntu put the server, newest first. */
function binaries(): string | null {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return null
  const versions = readdirSync(root).sort((left, right) => Number(right) - Number(left))
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** The server refuses to run as root, so root lends it the account of the package. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A fresh server on a socket in a temporary folder, or null where PostgreSQL is not installed. */
export async function startPostgres(): Promise<PostgresServer | null> {
  const folder = binaries()
  if (folder === null) return null
  const user = account()
  const directory = mkdtempSync(join(tmpdir(), 'ration-pg-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  execFileSync(join(folder, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'ration', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...user,
    cwd: directory,
    stdio: 'pipe',
  })
  const server = spawn(join(folder, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-F'], {
    ...user,
    cwd: directory,
    stdio: 'ignore',
  })
  const isReady = () => {
    try {
      execFileSync(join(folder, 'pg_isready'), ['-h', directory], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  while (!isReady()) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`)
    await sleep(50)
  }
  return {
    url: `postgres://ration@/postgres?host=${encodeURIComponent(directory)}`,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      server.kill('SIGINT')
      if (server.exitCode === null) await once(server, 'exit')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
