import { resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { closeAll, type Closer } from '../core/close-all.ts'
import { invariant } from '../core/errors.ts'
import type { Api, Command, CommandTools, Terminal } from '../core/ports/command.ts'
import { openOwner } from './owner.ts'
import { withDefaults, type GlobalOptions } from './program.ts'

export interface ToolsContext {
  readonly commands: readonly Command[]
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

export interface OpenedTools {
  readonly tools: CommandTools
  /** Ends what the command has started. */
  close(): Promise<void>
}

/**
 * What a command may use. The configuration is read at once, so that a wrong setting stops every command; services and models
 * are imported only when a command asks for them.
 */
export function openTools(options: GlobalOptions, { commands, terminal, signal }: ToolsContext): OpenedTools {
  const origin = { file: options.config ?? null, overrides: options.data === undefined ? {} : { 'data.directory': options.data } }
  const loaded = loadConfig(origin)
  const directory = resolve(loaded.config.data.directory)
  const closing: Closer[] = []
  let client: Promise<Api> | null = null

  const tools: CommandTools = {
    terminal,
    signal,
    configuration: () => loaded.values,
    api() {
      client ??= openApi().catch((error: unknown) => {
        client = null
        throw error
      })
      return client
    },
    async engine(folder, overrides) {
      const [{ openEngine }, { createLog }] = await Promise.all([import('../services.ts'), import('../observe/log.ts')])
      const { config } = loadConfig({ ...origin, overrides: { ...origin.overrides, ...overrides } })
      return openEngine(config, { directory: resolve(folder), log: createLog({ level: 'warn', queries: false }, 'stderr') })
    },
    async restore(request, progress) {
      const [{ restoreBackup }, { acquireDataLock }, { socketPathFor }] = await Promise.all([
        import('../backup/restore.ts'),
        import('../state/data-lock.ts'),
        import('../state/socket-path.ts'),
      ])
      const lock = await acquireDataLock(directory, { socketPath: socketPathFor(directory) })
      try {
        return { directory, summary: await restoreBackup(loaded.config.backup, { ...request, directory }, progress, signal) }
      } finally {
        lock.release()
      }
    },
    run(name, input) {
      const command = commands.find((candidate) => candidate.name === name)
      invariant(command?.run !== undefined, `there is no command ${name} to run`)
      return command.run(withDefaults(command, input), tools)
    },
    async serve({ quiet }) {
      const { runService } = await import('../main.ts')
      const service = await runService(loaded.config, { directory, tcp: true, quiet })
      let ended: Promise<void> | null = null
      const end = () => (ended ??= service.close())
      closing.push(end)
      return { url: service.url ?? service.socketPath, closed: aborted(signal).then(end) }
    },
  }
  // Clients before the service that they are connected to.
  return { tools, close: () => closeAll(closing) }

  /** The owner of the data directory, or one that lives as long as this command. */
  async function openApi(): Promise<Api> {
    const [{ readDataLock }, { createApi }] = await Promise.all([import('../state/data-lock.ts'), import('../http/client.ts')])
    const find = async () => (await readDataLock(directory))?.socket ?? null
    const api = await openOwner({ find, start: startOwner, connect: createApi }, signal)
    closing.push(() => api.close())
    return api
  }

  /** The socket of a service inside this process that only this command can reach. */
  async function startOwner(): Promise<string> {
    const { runService } = await import('../main.ts')
    const service = await runService(loaded.config, { directory, tcp: false, quiet: true })
    // First in the list and so last to close, though it may be started long after the client was opened.
    closing.unshift(() => service.close())
    return service.socketPath
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
