import type { Backups } from '../../src/core/ports/backup.ts'
import type { Repairer } from '../../src/core/ports/index-repair.ts'

/** Says where a backup would have gone. */
export const noBackups: Backups = {
  create: (place, progress) => {
    const counts = { files: 2, bytes: 30, copiedFiles: 1, copiedBytes: 10 }
    progress(counts)
    return Promise.resolve({ id: place ?? 'configured', createdAt: '2026-11-21T00:00:00.000Z', leftOut: [], ...counts })
  },
}

export const noRepairs: Repairer = {
  repair: () =>
    Promise.resolve({ rebuilt: [], dropped: [], orphans: 0, indexes: [], checks: [{ name: 'ids', ok: true, checked: 1, problems: [] }] }),
}
