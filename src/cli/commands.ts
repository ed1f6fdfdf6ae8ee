import type { Command } from '../core/ports/command.ts'

/** Every command, in the order in which `ration --help` lists them. Each lives in the room that it drives. */
export async function loadCommands(): Promise<readonly Command[]> {
  const [quickstart, ingest, retrieve, serve, index, backup, bench, config, state] = await Promise.all([
    import('../quickstart/command.ts'),
    import('../../ingest/command.ts'),
    import('../pipeline/command.ts'),
    import('../http/command.ts'),
    import('../../indexes/command.ts'),
    import('../backup/command.ts'),
    import('../../bench/command.ts'),
    import('../config/command.ts'),
    import('../state/command.ts'),
  ])
  return [
    quickstart.command,
    ingest.command,
    retrieve.command,
    serve.command,
    ...index.commands,
    ...backup.commands,
    ...state.commands,
    bench.command,
    config.command,
  ]
}
