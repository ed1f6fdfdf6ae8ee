import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { createApi } from '../../src/http/client.ts'
import { listen } from '../../src/http/listen.ts'
import { openApp, type TestApp } from './fixture.ts'

/** The application on a socket of its own, with a client of it. */
export async function openSocket(
  t: TestContext,
  options: Parameters<typeof openApp>[1] = {},
): Promise<TestApp & { readonly socketPath: string; readonly api: ReturnType<typeof createApi> }> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-http-'))
  const opened = await openApp(t, options)
  const socketPath = join(directory, 's')
  const listening = await listen(opened.app, { tcp: null, socketPath, graceMs: 0 })
  const api = createApi(socketPath)
  t.after(async () => {
    await api.close()
    await listening.close()
    await rm(directory, { recursive: true })
  })
  return { ...opened, socketPath, api }
}

export async function* from(lines: Iterable<unknown>): AsyncGenerator {
  for (const line of lines) yield await Promise.resolve(line)
}

export async function collect(lines: AsyncIterable<unknown>): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = []
  for await (const line of lines) all.push(line as Record<string, unknown>)
  return all
}

export const never = new AbortController().signal
export const BATCH = '/v1/documents/batch?index=default'
