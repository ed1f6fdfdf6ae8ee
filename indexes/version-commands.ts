import { AppError, invariant } from '../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../src/core/ports/command.ts'
import { INDEX_ARGUMENT, indexRoute } from './index-route.ts'
import { jsonLines } from './json-lines.ts'
import { printGate, printGolden, printRelease, printVersions } from './print-versions.ts'
import { StageBars } from './stage-bars.ts'
import type { WireDiff, WireGate, WireGolden, WireProgress, WireRelease, WireVersion } from './print-versions.ts'

const NAME = [INDEX_ARGUMENT]
const FORCE = { flags: '--force <reason>', description: 'publish although a check or the gate failed; the reason is kept' }
const STALE = { flags: '--stale', description: 'at once, leaving behind what was written since' }
const DROP = { flags: '--drop', description: 'let go of documents that only this version holds' }

/** What `ration index` does with versions. */
export const versionCommands: readonly Command[] = [
  {
    name: 'versions',
    summary: 'List the versions of an index with their aliases and gates',
    arguments: NAME,
    options: [],
    examples: ['ration index versions docs'],
    run: versions,
  },
  {
    name: 'rebuild',
    summary: 'Build another version beside the live one, from the stored documents',
    arguments: NAME,
    options: [
      { flags: '--with <profile>', description: 'model profile of the new version' },
      { flags: '--language <name>', description: 'language of its full-text index' },
      { flags: '--encodings <names>', description: 'tokenizer encodings whose counts it stores, with commas between' },
      { flags: '--publish', description: 'publish it where its checks and the gate pass' },
      FORCE,
    ],
    examples: ['ration index rebuild docs --with standard', 'ration index rebuild docs --language German --publish'],
    run: rebuild,
  },
  {
    name: 'publish',
    summary: 'Answer from another version, after bringing it up to date and checking it',
    arguments: [...NAME, { flags: '<version>', description: 'such as v2, or an alias' }],
    options: [STALE, DROP, FORCE],
    examples: ['ration index publish docs v2', 'ration index publish docs v2 --force "the golden set is out of date"'],
    run: publish,
  },
  {
    name: 'rollback',
    summary: 'Go back to the version that was published before',
    arguments: NAME,
    options: [STALE, DROP],
    examples: ['ration index rollback docs'],
    run: rollback,
  },
  {
    name: 'diff',
    summary: 'Compare what two versions hold, and their gates',
    arguments: [...NAME, { flags: '<a>', description: 'a version or an alias' }, { flags: '<b>', description: 'another' }],
    options: [],
    examples: ['ration index diff docs previous current'],
    run: diff,
  },
  {
    name: 'canary',
    summary: 'Name the version that is asked as <name>@canary',
    arguments: [...NAME, { flags: '[version]', description: 'such as v2' }],
    options: [{ flags: '--clear', description: 'take the name away' }],
    examples: ['ration index canary docs v2', 'ration index canary docs --clear'],
    run: canary,
  },
  {
    name: 'gate',
    summary: 'Ask the golden set of an index what a version answers; exits 1 where it does not pass',
    arguments: [...NAME, { flags: '[version]', description: 'a version or an alias (default: current)' }],
    options: [],
    examples: ['ration index gate docs', 'ration index gate docs v2'],
    run: gate,
  },
  {
    name: 'golden',
    summary: 'Show, set, pin or clear the golden set of an index',
    arguments: [
      ...NAME,
      { flags: '[action]', description: 'show, set, pin or clear' },
      { flags: '[file]', description: 'for set: JSON lines' },
    ],
    options: [],
    examples: ['ration index golden docs set golden.jsonl', 'ration index golden docs pin', 'ration index golden docs clear'],
    run: golden,
  },
]

async function versions(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const answer = (await (await tools.api()).request('GET', indexRoute(input, '/versions'))) as { readonly versions: readonly WireVersion[] }
  if (terminal.json) terminal.printJson(answer)
  else printVersions(terminal, answer.versions)
  return 0
}

async function rebuild(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { with: profile, language, encodings, publish: andPublish, force } = input.options
  const body = {
    ...(typeof profile === 'string' ? { profile } : {}),
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof encodings === 'string' ? { encodings: encodings.split(',').map((name) => name.trim()) } : {}),
    ...(typeof force === 'string' ? { force } : {}),
    publish: andPublish === true,
  }
  return await release(input, '/versions', body, 'nothing of the new version is left', tools)
}

async function publish(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { stale, drop, force } = input.options
  const body = { stale: stale === true, drop: drop === true, ...(typeof force === 'string' ? { force } : {}) }
  const version = encodeURIComponent(input.arguments[1] ?? '')
  return await release(input, `/versions/${version}/publish`, body, 'what was current still is', tools)
}

async function rollback(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { stale, drop } = input.options
  return await release(input, '/rollback', { stale: stale === true, drop: drop === true }, 'what was current still is', tools)
}

async function release(input: CommandInput, path: string, body: object, interrupted: string, tools: CommandTools): Promise<ExitCode> {
  const last = (await follow(indexRoute(input, path), [body], tools, interrupted)) as WireRelease | null
  if (last === null) return 130
  if (tools.terminal.json) tools.terminal.printJson({ ...last, type: undefined })
  else printRelease(tools.terminal, input.arguments[0] ?? '', last)
  return 0
}

async function gate(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const [, version] = input.arguments
  const last = (await follow(
    indexRoute(input, '/gate'),
    [version === undefined ? {} : { version }],
    tools,
    'nothing was kept',
  )) as WireGate | null
  if (last === null) return 130
  if (tools.terminal.json) tools.terminal.printJson({ ...last, type: undefined })
  else printGate(tools.terminal, last)
  return last.passed ? 0 : 1
}

async function diff(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const [, a = '', b = ''] = input.arguments
  const query = `a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`
  const answer = (await (await tools.api()).request('GET', indexRoute(input, `/versions/diff?${query}`))) as WireDiff
  if (terminal.json) {
    terminal.printJson(answer)
    return 0
  }
  printVersions(terminal, [answer.a, answer.b])
  const { only_a: onlyA, only_b: onlyB, changed, examples } = answer
  terminal.table(
    ['documents', 'number', 'such as'],
    [
      [`only in ${answer.a.version}`, String(onlyA), examples.only_a.slice(0, 3).join(', ')],
      [`only in ${answer.b.version}`, String(onlyB), examples.only_b.slice(0, 3).join(', ')],
      ['different', String(changed), examples.changed.slice(0, 3).join(', ')],
    ],
  )
  return 0
}

async function canary(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const [name = '', version] = input.arguments
  if ((version === undefined) === (input.options['clear'] !== true)) {
    throw new AppError('invalid_request', 'Name a version, or say --clear')
  }
  const answer = await (await tools.api()).request('POST', indexRoute(input, '/canary'), { version: version ?? null })
  if (terminal.json) terminal.printJson(answer)
  else terminal.print(version === undefined ? `${name} has no canary.` : `Ask ${name}@canary for ${version}.`)
  return 0
}

async function golden(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const [name = '', action = 'show', file] = input.arguments
  const { terminal } = tools
  const path = indexRoute(input, '/golden')
  if (action === 'clear') {
    await (await tools.api()).request('DELETE', path)
    if (terminal.json) terminal.printJson({ removed: name })
    else terminal.print(`${name} is published without a gate from now on.`)
    return 0
  }
  if (action === 'pin') {
    const last = (await follow(indexRoute(input, '/gate'), [{ pin: true }], tools, 'the baseline is what it was')) as WireGate | null
    if (last === null) return 130
    terminal.warn(`What ${last.figures.version} answers now is the baseline.`)
  } else if (action === 'set') {
    if (file === undefined) throw new AppError('invalid_request', 'Name a file of JSON lines, each with a question and its passages')
    const api = await tools.api()
    const stream = api.stream(
      path,
      jsonLines(file, (value) => value),
      tools.signal,
    )
    for await (const answer of stream) printGolden(terminal, answer as WireGolden)
    return 0
  } else if (action !== 'show') throw new AppError('invalid_request', 'The action is show, set, pin or clear')
  printGolden(terminal, (await (await tools.api()).request('GET', path)) as WireGolden)
  return 0
}

/** Reads a stream to its end, showing progress; gives back its last line, or null where Ctrl-C came first. */
async function follow(path: string, lines: readonly object[], tools: CommandTools, interrupted: string): Promise<unknown> {
  const { terminal, signal } = tools
  const stages = new StageBars(terminal)
  let last: unknown = null
  try {
    for await (const line of (await tools.api()).stream(path, each(lines), signal)) {
      if ((line as WireProgress).type === 'progress') stages.show(line as WireProgress)
      else last = line
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof AppError) || error.code !== 'cancelled') throw error
    terminal.warn(`Interrupted: ${interrupted}.`)
    return null
  } finally {
    stages.stop()
  }
  invariant(last !== null, 'the service ends with an outcome or a problem')
  return last
}

async function* each(lines: readonly object[]): AsyncGenerator<object> {
  yield* lines
}
