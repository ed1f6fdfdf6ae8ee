#!/usr/bin/env node
// Plain JavaScript that any Node from 20 up can read: it finds a Node that runs TypeScript and hands over to it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const program = new URL('../src/cli.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= NEEDED) await import(program.href)
else handOver(bundledNode())

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
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`ration cannot start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
