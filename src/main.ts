import { refuseUnfinished } from './backup/unfinished.ts'
import type { Config } from './config/schema.ts'
import { closeAll, type Closer } from './core/close-all.ts'
import { createApp } from './http/app.ts'
import { listen } from './http/listen.ts'
import { createLog } from './observe/log.ts'
import { httpSettings, openService } from './services.ts'
import { acquireDataLock } from './state/data-lock.ts'
import { socketPathFor } from './state/socket-path.ts'

export interface RunningService {
  /** Null without TCP. */
  readonly url: string | null
  readonly socketPath: string
  /** Finishes what is in flight, writes what waits, gives the data directory free. */
  close(): Promise<void>
}

export interface RunOptions {
  readonly directory: string
  /** Listens on the configured address too, not only on the socket in the data directory. */
  readonly tcp: boolean
  /** Logs failures only, to standard error: standard output belongs to the command. */
  readonly quiet: boolean
}

/**
 * The process: lock -> services -> app -> listen. Rejects `data_locked` where another process owns the directory; whatever fails on
 * the way, what was opened before it is closed again.
 */
export async function runService(config: Config, { directory, tcp, quiet }: RunOptions): Promise<RunningService> {
  const log = createLog({ level: quiet ? 'warn' : config.log.level, queries: config.http.logQueries }, quiet ? 'stderr' : 'stdout')
  const opened: Closer[] = []
  try {
    const socketPath = socketPathFor(directory)
    const lock = await acquireDataLock(directory, { socketPath })
    opened.push(() => lock.release())
    refuseUnfinished(directory)
    // A command that became the owner may never ask a model anything.
    const service = await openService(config, { directory, log, warm: tcp })
    opened.push(() => service.close())
    const app = await createApp(httpSettings(config), service.ports)
    const { host, port, shutdownGraceMs } = config.http
    const listening = await listen(app, { tcp: tcp ? { host, port } : null, socketPath, graceMs: shutdownGraceMs })
    opened.push(() => listening.close())
    let closed: Promise<void> | null = null
    return { url: listening.url, socketPath, close: () => (closed ??= closeAll(opened)) }
  } catch (error) {
    // What failed first is what has to be told.
    await closeAll(opened).catch((late: unknown) => log.error({ err: late }, 'closing after a failed start failed as well'))
    throw error
  }
}
