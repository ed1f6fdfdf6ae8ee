import { execFile } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ParserIsolation } from '../../src/core/ports/parser-isolation.ts'

/** How a child process is started: the programs in front of Node, what they bring, and the program that it runs. */
export interface Launcher {
  readonly isolation: ParserIsolation
  readonly prefix: readonly string[]
  readonly entry: string
}

/** Programs are looked for here: the environment of a child is empty otherwise. */
export const PATH = '/usr/local/bin:/usr/bin:/bin'

const UNSHARE = ['unshare', '--map-root-user', '--net', '--']
const DIE_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--']
const PROBE_MS = 10_000

/** Tries what this host allows, best first; takes some 100 ms, once. */
export async function probeIsolation(entry = CHILD): Promise<Launcher> {
  for (const [network, dies] of [
    [true, true],
    [true, false],
    [false, true],
  ] as const) {
    const prefix = [...(network ? UNSHARE : []), ...(dies ? DIE_WITH_PARENT : [])]
    if (await works(prefix)) return launcher(prefix, network, dies, entry)
  }
  return launcher([], false, false, entry)
}

function launcher(prefix: readonly string[], network: boolean, endsWithService: boolean, entry: string): Launcher {
  return { prefix, entry, isolation: { files: 'permission', network: network ? 'namespace' : 'modules', endsWithService } }
}

async function works([program = '', ...args]: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(program, [...args, process.execPath, '--version'], { env: { PATH }, timeout: PROBE_MS })
    return true
  } catch {
    return false
  }
}

const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))
const GUARD = new URL('guard.ts', import.meta.url).href
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** Share of the memory limit that JavaScript's own heap may take: V8 then gives up by itself, and says why. */
const HEAP_SHARE = 0.75

/** Arguments of a child that runs `entry`: it reads the program and its packages, and reads and writes its own folder; no children, workers, add-ons or eval. */
export function nodeArguments(folder: string, memoryBytes: number, entry: string): readonly string[] {
  const readable = [...['ingest', 'src/core', 'package.json'].map((path) => join(ROOT, path)), ...packageFolders(ROOT), folder, entry]
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${folder}`,
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${Math.ceil((memoryBytes * HEAP_SHARE) / 1024 ** 2)}`,
    '--import',
    GUARD,
    entry,
  ]
}

/** `node_modules` beside the program and above it: where npm puts what a package needs. */
function packageFolders(root: string): readonly string[] {
  const here = join(root, 'node_modules')
  const above = dirname(root)
  return [...(existsSync(here) ? [here] : []), ...(above === root ? [] : packageFolders(above))]
}
