import { createApp } from '../../src/http/app.ts'
import type { HttpPorts } from '../../src/http/ports.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/observe/log.ts'
import { httpSettings, openService } from '../../src/services.ts'
import { atEnd, dataDirectory, type Opener } from './ration.ts'

/** The service as it runs, in this process and without a socket; `overrides` are settings, `ports` stand in for its own. */
export async function openComposed(t: Opener, overrides: Readonly<Record<string, unknown>> = {}, ports: Partial<HttpPorts> = {}) {
  const directory = await dataDirectory(t)
  const settings = { 'data.directory': directory, 'defaults.profile': 'fast', 'http.deadline_ms': 20_000, ...overrides }
  const { config } = loadConfig({ file: null, folder: directory, environment: {}, overrides: settings })
  const service = await openService(config, { directory, log: createLog({ level: 'silent', queries: false }, 'stderr') })
  atEnd(t, () => service.close())
  const app = await createApp(httpSettings(config), { ...service.ports, ...ports })
  atEnd(t, () => app.close())
  return { app, config, service, directory }
}
