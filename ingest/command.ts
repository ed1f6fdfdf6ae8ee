import { cwd } from 'node:process'
import { invariant } from '../src/core/errors.ts'
import type { Api, Command, CommandTools, ExitCode } from '../src/core/ports/command.ts'
import { askService } from './command/known.ts'
import { load } from './command/load.ts'
import { createObserved } from './command/observed.ts'
import { readOptions, type IngestOptions } from './command/options.ts'
import { prepareIndex } from './command/prepare-index.ts'
import { pruneAfterLoad, type Pruned } from './command/prune-after-load.ts'
import { checkReportFolder, createTally, writeReport, type LoadReport } from './command/report.ts'
import { batchRoute } from './command/routes.ts'
import { printSummary } from './command/summary.ts'
import { follow } from './command/follow.ts'
import { openWatcher } from './command/watcher.ts'
import { scopeOf } from './source/changed-sources.ts'
import { openSources } from './source/open-sources.ts'
import { openRoots, type Root } from './source/roots.ts'
import type { Source } from './source/source.ts'
import type { SourceSettings } from './settings.ts'

export const command: Command = {
  name: 'ingest',
  summary: 'Put files, folders or JSON lines into an index',
  arguments: [{ flags: '<path...>', description: 'files, folders, globs in quotes, JSON lines, or a folder in BEIR layout' }],
  options: [
    { flags: '--index <name>', description: 'index to fill; created where it does not exist (default: the setting defaults.index)' },
    { flags: '--include <globs>', description: 'only files that match, whatever their type; several with commas between' },
    { flags: '--exclude <globs>', description: 'no files and folders that match' },
    { flags: '--dry-run', description: 'change nothing; say what would change and what it would cost' },
    { flags: '--prune', description: 'afterwards remove documents whose files are gone from these folders' },
    { flags: '--yes', description: 'remove them even where they are more than half' },
    { flags: '--watch', description: 'afterwards follow the folders until Ctrl-C' },
    { flags: '--report <file>', description: 'write the report as JSON' },
    { flags: '--profile <name>', description: 'model profile of a new index' },
    { flags: '--language <name>', description: 'language of a new index: English, German, …' },
    { flags: '--field <name:type,...>', description: 'metadata fields of a new index to filter by: keyword, number, date, boolean' },
    { flags: '--unit <unit>', description: 'of a new index: chunk, or document (one passage each)' },
  ],
  examples: [
    'ration ingest docs/',
    "ration ingest 'docs/**/*.md' --exclude 'drafts,*.tmp.md' --prune",
    'ration ingest handbook/ README.md --index handbook --field product:keyword,updated:date',
    'ration ingest corpus.jsonl --index papers --profile fast --json',
    'ration ingest docs/ --dry-run --prune --report report.json',
  ],
  async run(input, tools): Promise<ExitCode> {
    const options = readOptions(input, setting(tools, 'defaults.index', isText))
    const settings = sourceSettings(tools)
    if (options.report !== null) await checkReportFolder(options.report)
    const roots = await openRoots(options.paths, cwd(), options.selection)
    const source = openSources(roots, settings)
    const count = await source.count()
    const api = await tools.api()
    const exists = await prepareIndex(api, options, count !== 0 || options.watch)
    // Before the load, so that nothing that happens meanwhile is missed.
    const watcher = options.watch ? await openWatcher(roots, tools.terminal) : null
    try {
      const report = await loadOnce(api, { roots, options, source, count, exists }, tools)
      const code = finish(report, tools)
      if (options.report !== null) await writeReport(options.report, report)
      if (watcher === null || tools.signal.aborted) return code
      return await follow(api, { index: options.index, roots, settings, watcher }, tools)
    } finally {
      await watcher?.close()
    }
  },
}

interface Once {
  readonly roots: readonly Root[]
  readonly options: IngestOptions
  readonly source: Source
  /** Documents in it; null where they are too many to count. */
  readonly count: number | null
  /** Whether the index is there; a dry run does not create it. */
  readonly exists: boolean
}

async function loadOnce(api: Api, { roots, options, source, count, exists }: Once, tools: CommandTools): Promise<LoadReport> {
  const { signal, terminal } = tools
  const { index, dryRun } = options
  const isMissing = dryRun && !exists
  const tally = createTally()
  const observed = options.prune ? createObserved() : null
  const progress = terminal.progress(`${dryRun ? 'Looking at' : 'Ingesting into'} ${index}`, count)
  const document = (outcome: Parameters<typeof tally.add>[0]): void => {
    tally.add(outcome)
    observed?.add(outcome)
    progress.advance(1, outcome.id)
  }
  const ask = isMissing ? everythingIsNew : askService(api, index)
  const started = performance.now()
  const line = await load(api, { source, route: batchRoute(options, isMissing), ask }, { document }, signal).finally(() => progress.stop())
  const ms = performance.now() - started
  const pruned: Pruned =
    observed === null || signal.aborted || isMissing
      ? { removed: null, refused: null }
      : await pruneAfterLoad(api, { index, scopes: roots.map(scopeOf), observed }, options)
  return tally.finish(line, {
    index,
    dry_run: dryRun,
    interrupted: signal.aborted,
    removed: pruned.removed,
    prune_refused: pruned.refused,
    ms: Math.round(ms),
    embedPer1mTokens: setting(tools, 'usage.prices.embed_per_1m_tokens', isNumber),
  })
}

const everythingIsNew = (documents: readonly unknown[]): Promise<readonly 'new'[]> => Promise.resolve(documents.map(() => 'new' as const))

function finish(report: LoadReport, { terminal, signal }: CommandTools): ExitCode {
  if (terminal.json) terminal.printJson(report)
  else printSummary(terminal, report)
  if (signal.aborted) {
    terminal.warn('Interrupted: every document reported so far is durable and searchable; run the same command again for the rest.')
    return 130
  }
  if (report.prune_refused !== null) return 1
  return report.documents.failed > 0 ? 3 : 0
}

/** A file that does not fit into a line of the batch is too large as well: there it stands as base64. */
function sourceSettings(tools: CommandTools): SourceSettings {
  const line = setting(tools, 'http.batch_line_bytes', isNumber) - setting(tools, 'http.metadata_bytes', isNumber)
  return {
    fileBytes: Math.min(setting(tools, 'parse.file_bytes', isNumber), Math.floor((line * 3) / 4)),
    documentBytes: setting(tools, 'ingest.document_bytes', isNumber),
  }
}

function setting<Value>(tools: CommandTools, path: string, isRight: (value: unknown) => value is Value): Value {
  const value = tools.configuration().find((each) => each.path === path)?.value
  invariant(isRight(value), `the configuration names ${path}`)
  return value
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
