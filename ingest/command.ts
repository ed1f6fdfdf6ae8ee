import { cwd } from 'node:process'
import { AppError, invariant } from '../src/core/errors.ts'
import type { Api, Command, CommandTools, ExitCode } from '../src/core/ports/command.ts'
import { readAnswer, type ReportLine } from './command/answer.ts'
import { createFailures, type Failures } from './command/failures.ts'
import { readOptions } from './command/options.ts'
import { prepareIndex } from './command/prepare-index.ts'
import { createSending } from './command/send.ts'
import { printFailures, printSummary } from './command/summary.ts'
import { openSources } from './source/open-sources.ts'
import type { Source } from './source/source.ts'

export const command: Command = {
  name: 'ingest',
  summary: 'Put files, folders or JSON lines into an index',
  arguments: [{ flags: '<path...>', description: 'Markdown, MDX, HTML, text, JSON lines, a folder of them, or a folder in BEIR layout' }],
  options: [
    { flags: '--index <name>', description: 'index to fill; created where it does not exist (default: the setting defaults.index)' },
    { flags: '--profile <name>', description: 'model profile of a new index' },
    { flags: '--language <name>', description: 'language of a new index: English, German, …' },
    { flags: '--field <name:type,...>', description: 'metadata fields of a new index to filter by: keyword, number, date, boolean' },
    { flags: '--unit <unit>', description: 'of a new index: chunk, or document (one passage each)' },
  ],
  examples: [
    'ration ingest docs/',
    'ration ingest handbook/ README.md --index handbook --field product:keyword,updated:date',
    'ration ingest corpus.jsonl --index papers --profile fast --json',
  ],
  async run(input, tools): Promise<ExitCode> {
    const options = readOptions(input, setting(tools, 'defaults.index', isText))
    const documentBytes = setting(tools, 'ingest.document_bytes', isNumber)
    const source = await openSources(options.paths, cwd(), { documentBytes })
    const api = await tools.api()
    await prepareIndex(api, options)
    const failures = createFailures()
    const report = await load(api, options.index, source, failures, tools)
    return finish(report, failures, tools)
  },
}

/** After Ctrl-C the service gets this long to finish what it was given; then the batch is called off. */
const FINISH_MS = 30_000

/** Null where the load was called off before the service had finished. */
async function load(api: Api, index: string, source: Source, failures: Failures, tools: CommandTools): Promise<ReportLine | null> {
  const { signal, terminal } = tools
  const progress = terminal.progress(`Ingesting into ${index}`, await source.count())
  // Documents that never left this side: the service does not count them.
  let unread = 0
  const sending = createSending(
    source,
    (failure) => {
      unread++
      failures.add(failure)
      progress.advance(1)
    },
    signal,
  )
  const stop = lateSignal(signal, FINISH_MS)
  try {
    for await (const line of api.stream(`/v1/documents/batch?index=${encodeURIComponent(index)}`, sending.lines, stop.signal)) {
      const answer = readAnswer(line)
      if (answer.type === 'report') {
        return { ...answer, documents: { ...answer.documents, failed: answer.documents.failed + unread } }
      }
      if (answer.error !== null) failures.add({ id: sending.idOf(answer.id), ...answer.error })
      progress.advance(1, answer.id)
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof AppError) || error.code !== 'cancelled') throw error
    return null
  } finally {
    stop.clear()
    progress.stop()
  }
  invariant(false, 'the service ends with a report or a problem')
}

function finish(report: ReportLine | null, failures: Failures, { terminal, signal }: CommandTools): ExitCode {
  const interrupted = signal.aborted
  if (terminal.json) {
    terminal.printJson({ ...report, type: undefined, failures: failures.first, interrupted })
  } else if (report === null) printFailures(terminal, failures)
  else printSummary(terminal, report, failures)
  if (interrupted) {
    terminal.warn('Interrupted: every document reported so far is durable and searchable; run the same command again for the rest.')
    return 130
  }
  return failures.count > 0 ? 3 : 0
}

/** Fires `ms` after `signal`, unless `clear` was called before. */
function lateSignal(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => {
      controller.abort()
    }, ms)
  }
  const clear = (): void => {
    signal.removeEventListener('abort', begin)
    clearTimeout(timer)
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return { signal: controller.signal, clear }
}

function setting<Value>(tools: CommandTools, path: string, isRight: (value: unknown) => value is Value): Value {
  const value = tools.configuration().find((each) => each.path === path)?.value
  invariant(isRight(value), `the configuration names ${path}`)
  return value
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
