#!/usr/bin/env node
// Plain JavaScript that any Node from 20 up can read: it finds a Node that runs TypeScript and hands over to it, in an environment whose memory stays small.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const program = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/**
 * glibc keeps what is given back to it in up to eight arenas a core, in holes between what is still used: twice the memory after an hour of ingest. With two
 * arenas, and large blocks that go back to the system at once, it stays flat. Read by glibc when a process starts, and by nothing else; what the operator sets wins.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '1048576' }
const environment = { ...ALLOCATOR, ...process.env }

if (Number(process.versions.node.split('.')[0]) < NEEDED) handOver(bundledNode())
else if (process.platform === 'linux' && Object.keys(ALLOCATOR).some((name) => process.env[name] === undefined)) become(process.execPath)
else await import('../src/cli.ts')

/** The same process goes on as `node`: no second one that has to pass signals on. */
function become(node) {
  process.execve(node, [node, ...process.execArgv, program, ...process.argv.slice(2)], environment)
}

/** The Node that npm installed beside the dependencies, or null on platforms that have none. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`)
    return join(dirname(manifest), 'bin', 'node')
  } catch {
    return null
  }
}

function handOver(node) {
  if (node === null) {
    process.stderr.write(
      `ration needs Node ${NEEDED}; this is ${process.versions.node}. On Linux \`npm ci\` installs one; elsewhere install it yourself.\n`,
    )
    process.exit(1)
  }
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`ration cannot start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
