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

/**
 * On a large machine V8 gives a thread 134 MB for new objects alone and lets its heap grow fourfold before it looks for garbage, native buffers that hang on
 * objects with it: a quarter of the memory of a load. A heap that doubles at most makes a load no slower. What the operator passes to Node comes later and wins.
 */
const HEAP = ['--max-semi-space-size=16', '--heap-growing-percent=100']

const environment = { ...ALLOCATOR, ...process.env }
const words = [...HEAP, ...process.execArgv, program, ...process.argv.slice(2)]

if (Number(process.versions.node.split('.')[0]) < NEEDED) handOver(bundledNode())
// The same process goes on: no second one that has to pass signals on.
else if (process.platform === 'linux') process.execve(process.execPath, [process.execPath, ...words], environment)
else await import('../src/cli.ts')

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
  const child = spawn(node, words, { stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`ration cannot start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
