import { resolve } from 'node:path'
import { invariant } from '../core/errors.ts'
import type { BackupProgress } from '../core/ports/backup.ts'
import type { Command, CommandInput, CommandTools, ExitCode, Terminal } from '../core/ports/command.ts'

interface WireProgress {
  readonly files: number
  readonly bytes: number
  readonly copied_files: number
  readonly copied_bytes: number
}

interface WireBackup extends WireProgress {
  readonly type: 'backup'
  readonly id: string
  readonly created_at: string
  readonly left_out: readonly { readonly tenant: string; readonly index: string; readonly code: string }[]
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** A folder is meant from where the command runs, not from where the service does. */
const placeOf = (named: string | undefined): string | null => {
  if (named === undefined) return null
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : resolve(named)
}

/** `ration backup`: a copy of everything, while the service goes on. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copy indexes and control state into a folder or an S3 bucket, while the service goes on',
  arguments: [{ flags: '[place]', description: 'a folder, or s3://bucket/prefix (default: the setting backup.place)' }],
  options: [],
  examples: ['ration backup /mnt/backups/ration', 'ration backup s3://my-bucket/ration'],
  async run({ arguments: [place] }: CommandInput, tools: CommandTools): Promise<ExitCode> {
    const { terminal, signal } = tools
    const progress = terminal.progress('Copying', null)
    let files = 0
    let summary: WireBackup | null = null
    try {
      const asked = { place: placeOf(place) }
      for await (const line of (await tools.api()).stream('/v1/backups', one(asked), signal)) {
        const { type } = line as { readonly type: string }
        if (type === 'backup') summary = line as WireBackup
        else {
          const { files: now, copied_bytes: copied } = line as WireProgress
          progress.advance(now - files, `files, ${megabytes(copied)} copied`)
          files = now
        }
      }
    } finally {
      progress.stop()
    }
    invariant(summary !== null, 'the service ends with a backup or a problem')
    return print(terminal, summary)
  },
}

function print(terminal: Terminal, summary: WireBackup): ExitCode {
  const { id, files, bytes, copied_files: copiedFiles, copied_bytes: copiedBytes, left_out: leftOut } = summary
  if (terminal.json) terminal.printJson({ ...summary, type: undefined })
  else terminal.print(`Backup ${id}: ${files} files, ${megabytes(bytes)}; ${copiedFiles} of them, ${megabytes(copiedBytes)}, were new.`)
  for (const { tenant, index, code } of leftOut)
    terminal.warn(`${code}: the index ${index} of ${tenant} could not be read and is not in the backup`)
  return leftOut.length === 0 ? 0 : 1
}

/** `ration restore`: a backup into an empty data directory that nobody owns. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Restore a backup into an empty data directory',
  arguments: [
    { flags: '[place]', description: 'where the backups stand: a folder, or s3://bucket/prefix (default: the setting backup.place)' },
  ],
  options: [{ flags: '--backup <id>', description: 'id of the backup (default: the newest)' }],
  examples: [
    'ration restore /mnt/backups/ration --data /srv/ration',
    'ration restore s3://my-bucket/ration --backup 20261121T081500000Z-1a2b3c4d --data /srv/ration',
  ],
  async run({ arguments: [place], options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
    const { terminal } = tools
    const progress = terminal.progress('Restoring', null)
    let files = 0
    const report = (now: BackupProgress) => {
      progress.advance(now.files - files, `files, ${megabytes(now.bytes)}`)
      files = now.files
    }
    try {
      const backup = typeof options['backup'] === 'string' ? options['backup'] : null
      const { directory, summary } = await tools.restore({ place: placeOf(place), backup }, report)
      progress.stop()
      const { id, createdAt, bytes, leftOut } = summary
      if (terminal.json) terminal.printJson({ id, created_at: createdAt, directory, files: summary.files, bytes, left_out: leftOut })
      else {
        terminal.print(
          `Restored ${id} into ${directory}: ${summary.files} files, ${megabytes(bytes)}, each with the checksum of the backup.`,
        )
        for (const { tenant, index } of leftOut)
          terminal.warn(`The index ${index} of ${tenant} was not in the backup: it was damaged already.`)
      }
      return 0
    } finally {
      progress.stop()
    }
  },
}

export const commands: readonly Command[] = [backupCommand, restoreCommand]

async function* one(line: unknown): AsyncGenerator {
  yield await Promise.resolve(line)
}
