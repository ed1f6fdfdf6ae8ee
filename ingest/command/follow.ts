import { setTimeout as pause } from 'node:timers/promises'
import { AppError, ERROR_CODES } from '../../src/core/errors.ts'
import type { Api, CommandTools, ExitCode, Terminal } from '../../src/core/ports/command.ts'
import { openSources } from '../source/open-sources.ts'
import type { Root } from '../source/roots.ts'
import type { SourceSettings } from '../settings.ts'
import { changedSources, scopeOf } from '../source/changed-sources.ts'
import type { Changes } from './changed-paths.ts'
import { askService } from './known.ts'
import { load, type Outcome } from './load.ts'
import { createObserved } from './observed.ts'
import { removeGone } from './prune.ts'
import { pruneAfterLoad } from './prune-after-load.ts'
import type { Watcher } from './watcher.ts'

export interface Following {
  readonly index: string
  readonly roots: readonly Root[]
  readonly settings: SourceSettings
  readonly watcher: Watcher
}

/** After a failure that may pass, the same changes are tried again. */
const AGAIN_MS = 5000

/** Brings what changes below the roots into the index, one line each, until Ctrl-C. */
export async function follow(
  api: Api,
  following: Following,
  { terminal, signal }: Pick<CommandTools, 'terminal' | 'signal'>,
): Promise<ExitCode> {
  const { watcher } = following
  terminal.warn(`Watching ${following.roots.map(({ path }) => path).join(', ')}; Ctrl-C ends it.`)
  const hasEnded = (): boolean => signal.aborted
  for (;;) {
    await watcher.changes.settled(signal)
    if (hasEnded()) return 0
    const changes = watcher.changes.take()
    try {
      await bring(api, following, changes, terminal, signal)
    } catch (error) {
      if (hasEnded()) return 0
      if (!(error instanceof AppError) || !ERROR_CODES[error.code].retry) throw error
      terminal.warn(`${error.code}: ${error.message}; trying again`)
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined)
      if (changes === 'too many') watcher.changes.missed()
      else for (const path of changes) watcher.changes.add(path)
    }
  }
}

async function bring(api: Api, following: Following, changes: Changes, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { index, roots, settings } = following
  const { files, scopes } = changes === 'too many' ? { files: roots, scopes: roots.map(scopeOf) } : await changedSources(roots, changes)
  const observed = createObserved()
  const document = (outcome: Outcome): void => {
    observed.add(outcome)
    if (outcome.status !== 'unchanged') printChange(terminal, outcome)
  }
  if (files.length > 0) {
    const route = `/v1/documents/batch?index=${encodeURIComponent(index)}`
    await load(api, { source: openSources(files, settings), route, ask: askService(api, index) }, { document }, signal)
  }
  if (signal.aborted || scopes.length === 0) return
  const pruning = { index, scopes, observed }
  if (changes === 'too many') {
    const { removed, refused } = await pruneAfterLoad(api, pruning, { dryRun: false, yes: false })
    if (refused !== null) terminal.warn(`Nothing was removed: ${refused}`)
    else if (removed !== null && removed > 0) terminal.print(`${removed} documents removed`)
  } else {
    await removeGone(api, pruning, (id) => printChange(terminal, { id, status: 'removed', chunks: 0, failure: null, warnings: [] }))
  }
}

type Change = Omit<Outcome, 'status'> & { readonly status: Outcome['status'] | 'removed' }

function printChange(terminal: Terminal, { id, status, chunks, failure, warnings }: Change): void {
  const error = failure === null ? null : { code: failure.code, message: failure.message }
  if (terminal.json) terminal.printJson({ id, status, chunks, error, warnings })
  else if (error !== null) terminal.warn(`${time()} failed ${id}: ${error.code}: ${error.message}`)
  else {
    terminal.print(`${time()} ${status} ${id}${chunks > 0 ? ` (${chunks} ${chunks === 1 ? 'chunk' : 'chunks'})` : ''}`)
    for (const warning of warnings) terminal.warn(`  ${warning}`)
  }
}

const time = (): string => new Date().toTimeString().slice(0, 8)
