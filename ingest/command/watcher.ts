import { once } from 'node:events'
import { relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { Terminal } from '../../src/core/ports/command.ts'
import type { Root } from '../source/roots.ts'
import { isPassedOver } from '../source/selection.ts'
import { createChangedPaths, type ChangedPaths } from './changed-paths.ts'

export interface Watcher {
  readonly changes: ChangedPaths
  close(): Promise<void>
}

/** Notes every path below the roots that changes, from the time this resolves. Where the system cannot watch, it warns and everything counts as changed. */
export async function openWatcher(roots: readonly Root[], terminal: Pick<Terminal, 'warn'>): Promise<Watcher> {
  const changes = createChangedPaths()
  const ignored = (path: string): boolean =>
    roots.every(({ path: root }) => {
      const below = relative(root, path)
      return below.split(sep).some(isPassedOver)
    })
  const watcher = watch(
    roots.map(({ path }) => path),
    { ignored, ignoreInitial: true, followSymlinks: false, atomic: false, ignorePermissionErrors: true },
  )
  watcher.on('all', (event, path) => {
    if (event !== 'addDir') changes.add(path)
  })
  watcher.on('error', (error) => {
    terminal.warn(`Watching failed: ${error instanceof Error ? error.message : String(error)}`)
    changes.missed()
  })
  await once(watcher, 'ready')
  return { changes, close: () => watcher.close() }
}
