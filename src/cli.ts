import process from 'node:process'
import { loadCommands } from './cli/commands.ts'
import { createInterrupt } from './cli/interrupt.ts'
import { main } from './cli/main.ts'

// Whoever reads only the first lines (`ration config | head`) has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exit(
  await main(process.argv.slice(2), {
    commands: await loadCommands(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: createInterrupt(process, (code) => process.exit(code)),
  }),
)
