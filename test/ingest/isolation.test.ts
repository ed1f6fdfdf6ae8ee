import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeArguments, PATH, probeIsolation } from '../../ingest/parse/isolation.ts'
import { temporaryDirectory } from '../contract/index-corpus.ts'

const INTRUDER = fileURLToPath(new URL('fixtures/intruder.mjs', import.meta.url))
const PROGRAM = new URL('../../ingest/parse/', import.meta.url).href
const MIB = 1024 * 1024

test('what runs in a child reaches no network, no process, no file but its own', async (context) => {
  const folder = realpathSync(await temporaryDirectory(context))
  copyFileSync(INTRUDER, join(folder, 'intruder.mjs'))
  const connections: unknown[] = []
  const server = createServer((socket) => connections.push(socket.end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { prefix, isolation } = await probeIsolation()
  const run = async (isGuarded: boolean) => {
    const args = nodeArguments(folder, 512 * MIB, join(folder, 'intruder.mjs'))
    const guard = args.indexOf('--import')
    const used = isGuarded ? args : [...args.slice(0, guard), ...args.slice(guard + 2)]
    const [program, ...rest] = [...prefix, process.execPath, ...used, String(port), PROGRAM]
    const { stdout } = await promisify(execFile)(program, rest, { cwd: folder, env: { PATH, TMPDIR: folder } })
    return JSON.parse(stdout) as Record<string, string>
  }
  const { allowed, ...tried } = await run(true)
  assert.equal(allowed, 'done')
  assert.ok(Object.keys(tried).length > 60)
  assert.deepEqual(
    Object.entries(tried).filter(([, outcome]) => outcome === 'done'),
    [],
  )
  assert.ok(!existsSync('/tmp/ration-intruder') && !existsSync('/tmp/ration-intruder-folder'))

  if (isolation.network !== 'namespace') context.diagnostic('this host gives no network namespace: only the modules are refused')
  else {
    const unguarded = await run(false)
    assert.equal(unguarded['import net'], 'done')
    assert.match(unguarded['socket'] ?? '', /^E/u)
  }
  assert.equal(connections.length, 0)
})

test('a service that is killed takes a parser at work with it', { skip: process.platform !== 'linux' }, async (context) => {
  const { isolation } = await probeIsolation()
  if (!isolation.endsWithService) {
    context.skip('setpriv --pdeathsig does not work on this host')
    return
  }
  const service = spawn(process.execPath, [fileURLToPath(new URL('fixtures/doomed-service.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => service.kill('SIGKILL'))
  await once(service.stdout, 'data')
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8').trim().split(' ')
  assert.ok(children.length >= 1 && children[0] !== '')
  service.kill('SIGKILL')
  const isGone = (pid: string) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  for (let i = 0; i < 200 && !children.every(isGone); i++) await sleep(50)
  assert.ok(children.every(isGone))
})
