import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { Clock } from '../core/ports/clock.ts'

export interface PGlitePorts {
  /** The data directory; the caller holds its lock. */
  readonly directory: string
  readonly clock: Clock
  readonly warn: (message: string) => void
}

/**
 * Postgres' default of 128 MB stays resident once it is touched: 360 MB settled with it, 220 MB with this. The tables are small and
 * the kernel caches their files anyway.
 */
const START = [...PGlite.defaultStartParams, '-c', 'shared_buffers=8MB']

type Open = (directory: string, dump?: Blob) => Promise<PGlite>

const openEngine: Open = async (directory, dump) => {
  const engine = new PGlite({ dataDir: directory, startParams: START, ...(dump === undefined ? {} : { loadDataDir: dump }) })
  await engine.waitReady
  return engine
}

/** Beside `control`, in a backup and in a data directory that was just restored. */
export const DUMP = 'control.tar.gz'

/** The files of the database, packed, as they are between two statements. */
export async function dumpPGlite(engine: PGlite): Promise<Uint8Array> {
  return new Uint8Array(await (await engine.dumpDataDir('gzip')).arrayBuffer())
}

/** Made beside its place and moved there when it is whole: a kill in the three seconds of its creation leaves nothing half made. */
async function create(directory: string, open: Open, dump?: Blob): Promise<void> {
  const draft = `${directory}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await (await open(draft, dump)).close()
  await rename(draft, directory)
}

/**
 * Opens `<data>/control`, creating it the first time (3 to 5 s; then 0.4 to 0.7 s). The process settles
 * 160 MB higher; for seconds after the start it takes up to 0.5 GB more, while V8 optimises the module.
 *
 * PGlite never calls fsync, so a power cut can leave files that do not open. They are moved aside, never deleted, and a new
 * database takes their place: what had to survive stands in the intake, which is replayed next. Where a new one does not open
 * either (no memory, no space) the old one is put back and the first error stands.
 */
export async function openPGlite({ directory, clock, warn }: PGlitePorts, open: Open = openEngine): Promise<PGlite> {
  const place = join(directory, 'control')
  const dump = join(directory, DUMP)
  if (!existsSync(place)) await create(place, open, existsSync(dump) ? new Blob([await readFile(dump)]) : undefined)
  try {
    const engine = await open(place)
    // Kept until what was made from it has opened; a restored service starts with it once.
    await rm(dump, { force: true })
    return engine
  } catch (error) {
    const aside = `${place}.damaged-${clock.wall()}`
    await rename(place, aside)
    try {
      await create(place, open)
    } catch {
      await rename(aside, place)
      throw error
    }
    warn(
      `The control database did not open (${String(error)}). It was moved to ${aside} and a new one restored from the intake; usage booked before is only there.`,
    )
    return open(place)
  }
}
