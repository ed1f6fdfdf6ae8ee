import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { hasCode } from '../core/error-code.ts'
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import { reach } from './database-error.ts'
import { unlessAbsent, writeError } from './durable-file.ts'
import { bootIdentity } from './process-identity.ts'

export interface PGlitePorts {
  /** The data directory; the caller holds its lock. */
  readonly directory: string
  readonly clock: Clock
  readonly warn: (message: string) => void
  /** Rejects where a database that was opened cannot be used. What it rejects with an `AppError` is no damage. */
  readonly prove: (engine: PGlite) => Promise<void>
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

/** Which start of the machine the files were last found whole in. Never flushed: where a power cut takes it, it has done its work. */
const markerOf = (directory: string): string => join(directory, 'control.boot')

const markWhole = (directory: string): Promise<void> => writeFile(markerOf(directory), bootIdentity() ?? '', { mode: 0o600 })

/**
 * The first opening after a start of the machine: a power cut may have taken any page, and Postgres notices when it reads it. So all are read, which
 * indexes that are made anew do.
 */
async function proveAfterBoot(engine: PGlite, { directory, prove, warn }: PGlitePorts): Promise<void> {
  const boot = bootIdentity()
  if (boot !== null && (await unlessAbsent(readFile(markerOf(directory), 'utf8'))) === boot) return
  try {
    await reach(engine.exec('REINDEX SYSTEM'))
    await reach(engine.exec('REINDEX DATABASE'))
    await prove(engine)
    await markWhole(directory)
  } catch (error) {
    if (!hasCode(writeError(error), 'storage_full')) throw error
    warn('The control database could not be checked for damage, since the disk is full; the next start does it')
  }
}

/**
 * Opens `<data>/control`, creating it the first time (3 to 5 s; then 0.4 to 0.7 s). The process settles
 * 160 MB higher; for seconds after the start it takes up to 0.5 GB more, while V8 optimises the module.
 *
 * PGlite never calls fsync, so a power cut can leave files that do not open, or that open and cannot be read. They are moved aside, never
 * deleted, and a new database takes their place: what had to survive stands in the intake, which is replayed next. Where a new one does
 * not open either (no memory, no space) the old one is put back and the first error stands.
 */
export async function openPGlite(ports: PGlitePorts, open: Open = openEngine): Promise<PGlite> {
  const { directory, clock, warn } = ports
  const place = join(directory, 'control')
  const dump = join(directory, DUMP)
  if (!existsSync(place)) {
    await create(place, open, existsSync(dump) ? new Blob([await readFile(dump)]) : undefined)
    await markWhole(directory)
  }
  try {
    const engine = await open(place)
    try {
      await proveAfterBoot(engine, ports)
    } catch (error) {
      await engine.close().catch(() => undefined)
      throw error
    }
    // Kept until what was made from it has opened; a restored service starts with it once.
    await rm(dump, { force: true })
    return engine
  } catch (error) {
    if (error instanceof AppError) throw error
    const aside = `${place}.damaged-${clock.wall()}`
    await rename(place, aside)
    try {
      await create(place, open)
      await markWhole(directory)
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
