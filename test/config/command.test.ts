import assert from 'node:assert/strict'
import { test } from 'node:test'
import { main } from '../../src/cli/main.ts'
import { command } from '../../src/config/command.ts'

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(argv, {
    commands: [command],
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

test('prints settings with their origin, as a table and as JSON', async () => {
  const table = await run('config', 'data', '--data', '/tmp/somewhere')
  assert.equal(table.code, 0)
  assert.match(table.out, /data\.directory.*"\/tmp\/somewhere".*option/)
  assert.doesNotMatch(table.out, /http\.port/)
  const json = await run('config', 'log', '--json')
  assert.deepEqual(JSON.parse(json.out), [{ path: 'log.level', value: 'info', source: 'default' }])
})

test('--changed leaves the defaults out', async () => {
  const { out } = await run('config', '--changed', '--json', '--data', '/tmp/x')
  assert.deepEqual(JSON.parse(out), [{ path: 'data.directory', value: '/tmp/x', source: 'option' }])
})
