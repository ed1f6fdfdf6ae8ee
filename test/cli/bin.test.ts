import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/ration.js', import.meta.url))
const SYSTEM_NODE = '/usr/bin/node'

const run = (node: string, ...argv: string[]) => spawnSync(node, [BIN, ...argv], { encoding: 'utf8' })

const versionOf = (node: string): number => Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1])

test('a Node that runs TypeScript runs the program itself', () => {
  const { status, stdout } = run(process.execPath, '--version')
  assert.equal(status, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test(
  'allocator and heap are told to stay small, unless the operator has told them otherwise',
  { skip: process.platform === 'linux' ? false : 'only where the process can go on as another' },
  () => {
    const told = (env: Readonly<Record<string, string>>, ...argv: string[]) => {
      const tell = 'console.error(process.env.MALLOC_ARENA_MAX,process.env.MALLOC_TRIM_THRESHOLD_,...process.execArgv)'
      const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MALLOC_')))
      const { stderr, stdout } = spawnSync(process.execPath, [...argv, BIN, '--version'], {
        encoding: 'utf8',
        env: { ...own, NODE_OPTIONS: `--import=data:text/javascript,${tell}`, ...env },
      })
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
      return stderr.trim().split('\n').at(-1)
    }
    const heap = '--max-semi-space-size=16 --heap-growing-percent=100'
    assert.equal(told({}), `2 1048576 ${heap}`)
    assert.equal(told({ MALLOC_ARENA_MAX: '7' }, '--max-semi-space-size=64'), `7 1048576 ${heap} --max-semi-space-size=64`)
  },
)

const older = existsSync(SYSTEM_NODE) && versionOf(SYSTEM_NODE) < 24

test(
  'an older Node hands over to the bundled one and passes the exit code on',
  { skip: older ? false : `${SYSTEM_NODE} is no older Node` },
  () => {
    assert.match(run(SYSTEM_NODE, 'config', 'data', '--json').stdout, /^\[\{"path":"data\.directory"/)
    assert.equal(run(SYSTEM_NODE, 'nonsense').status, 2)
  },
)
