import assert from 'node:assert/strict'
import { test } from 'node:test'
import { main } from '../../src/cli/main.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Command, CommandInput, CommandTools } from '../../src/core/ports/command.ts'

interface Result {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly calls: readonly CommandInput[]
}

type Body = (input: CommandInput, tools: CommandTools) => ReturnType<NonNullable<Command['run']>>

/** A program with one command of every shape, whose bodies are given. */
async function ration(
  argv: readonly string[],
  body: Body = () => Promise.resolve(0),
  signal = new AbortController().signal,
): Promise<Result> {
  const calls: CommandInput[] = []
  const run: Body = (input, tools) => {
    calls.push(input)
    return body(input, tools)
  }
  const commands: Command[] = [
    {
      name: 'ingest',
      summary: 'Put documents in',
      arguments: [{ flags: '<path...>', description: 'what' }],
      options: [
        { flags: '--index <name>', description: 'where', default: 'default' },
        { flags: '--dry-run', description: 'only look' },
      ],
      examples: ['ration ingest docs/'],
      run,
    },
    {
      name: 'key',
      summary: 'API keys',
      arguments: [],
      options: [],
      examples: [],
      subcommands: [
        {
          name: 'list',
          summary: 'All of them',
          arguments: [{ flags: '[label]', description: 'only these' }],
          options: [],
          examples: [],
          run,
        },
      ],
    },
    { name: 'again', summary: 'Runs ingest', arguments: [], options: [], examples: [], run: (input, tools) => tools.run('ingest', input) },
  ]
  let out = ''
  let err = ''
  const code = await main(argv, {
    commands,
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    signal,
  })
  return { code, out, err, calls }
}

test('arguments and options reach the command as it described them', async () => {
  const { code, calls } = await ration(['ingest', 'a', 'b', '--index', 'docs', '--dry-run'])
  assert.equal(code, 0)
  assert.deepEqual(calls, [{ arguments: ['a', 'b'], options: { index: 'docs', dryRun: true } }])
})

test('options have their defaults, global ones stand anywhere and stay out of the command', async () => {
  const { calls } = await ration(['ingest', 'a', '--json', '--data', '/tmp/d'])
  assert.deepEqual(calls, [{ arguments: ['a'], options: { index: 'default' } }])
  assert.deepEqual((await ration(['--json', 'key', 'list'])).calls, [{ arguments: [], options: {} }])
})

test('a command runs another one with its defaults', async () => {
  const { calls } = await ration(['again'])
  assert.deepEqual(calls, [{ arguments: [], options: { index: 'default' } }])
})

test('the exit code is what the command says', async () => {
  assert.equal((await ration(['ingest', 'a'], () => Promise.resolve(3))).code, 3)
})

test('help has the examples, the global options and the exit codes', async () => {
  const top = await ration(['--help'])
  assert.equal(top.code, 0)
  for (const line of ['ingest', 'key', '--data <folder>', '130  interrupted']) assert.ok(top.out.includes(line), line)
  const { code, out } = await ration(['ingest', '--help'])
  assert.equal(code, 0)
  for (const line of ['ration ingest docs/', '--dry-run', '(default: "default")', '--json']) assert.ok(out.includes(line), line)
  assert.match((await ration(['--version'])).out, /^\d+\.\d+\.\d+\n$/)
})

test('wrong usage is 2 and one line', async () => {
  for (const argv of [['ingest'], ['ingest', 'a', '--indx', 'b'], ['nonsense'], ['key', 'list', 'a', 'b']]) {
    const { code, err, calls } = await ration(argv)
    assert.equal(code, 2, argv.join(' '))
    assert.match(err, /^invalid_request: [^\n]+\n$/)
    assert.deepEqual(calls, [])
  }
  assert.match((await ration(['ingest', 'a', '--indx', 'b'])).err, /Did you mean --index\?/)
})

test('nothing asked for is answered with help, as wrong usage', async () => {
  const { code, out, err } = await ration([])
  assert.equal(code, 2)
  assert.equal(out, '')
  assert.match(err, /Usage: ration/)
  assert.match((await ration(['key'])).err, /Usage: ration key/)
})

test('a wrong setting stops a command before it runs', async () => {
  const { code, err, calls } = await ration(['ingest', 'a', '--config', '/nowhere/ration.json'])
  assert.equal(code, 2)
  assert.match(err, /^invalid_config: \/nowhere\/ration\.json cannot be read/)
  assert.deepEqual(calls, [])
})

const failing = (error: Error) => async () => Promise.reject(error)

test('a failure is one line `code: message` on standard error', async () => {
  const { code, out, err } = await ration(['ingest', 'a'], failing(new AppError('index_not_found', 'there is no index docs')))
  assert.deepEqual({ code, out, err }, { code: 1, out: '', err: 'index_not_found: there is no index docs\n' })
})

test('with --json it is a problem object', async () => {
  const { out, err } = await ration(['ingest', 'a', '--json'], failing(new AppError('data_locked', 'taken', { pid: 7 })))
  assert.equal(out, '')
  assert.deepEqual(JSON.parse(err), {
    code: 'data_locked',
    title: 'Another process owns the data directory',
    status: 409,
    detail: 'taken',
    pid: 7,
  })
})

test('a bug is named as one, with its stack', async () => {
  const { code, err } = await ration(['ingest', 'a'], failing(new TypeError('x is undefined')))
  assert.equal(code, 1)
  assert.match(err, /^internal: x is undefined\nTypeError: x is undefined\n +at /)
})

test('what fails after Ctrl-C was interrupted; what ends in order has its own exit code', async () => {
  const controller = new AbortController()
  controller.abort()
  const failed = await ration(['ingest', 'a'], failing(new AppError('cancelled', 'stopped')), controller.signal)
  assert.deepEqual([failed.code, failed.err], [130, 'interrupted\n'])
  assert.equal((await ration(['ingest', 'a'], () => Promise.resolve(0), controller.signal)).code, 0)
})
