import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { hasCode } from '../../src/core/error-code.ts'

const PREFIX = 'ration-parse-'
/** In a container every service may have the same process id. */
const OWN = `${PREFIX}${process.pid}-${Math.floor(performance.timeOrigin)}-`

/** A new folder for one child; its name says which service it belongs to. */
export async function createChildFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), OWN)))
}

/** Removes folders of services that were killed before they could; those of living ones stay. */
export async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const dead = names.filter(
    (name) => name.startsWith(PREFIX) && !name.startsWith(OWN) && !isOfAnother(Number(name.slice(PREFIX.length).split('-')[0])),
  )
  await Promise.all(dead.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)))
}

/** Whether it is another process that lives. One that belongs to somebody else may not be signalled. */
function isOfAnother(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid !== process.pid && process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}
