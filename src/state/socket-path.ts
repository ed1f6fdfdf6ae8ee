import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../core/errors.ts'

/** sockaddr_un has room for 108 bytes and the terminating zero is one of them; a longer path is cut silently by some and refused by others. */
const MAX_BYTES = 107

/**
 * Where the owner of `directory` listens: inside it, or, where that path is too long for a socket, at a short name made from it
 * in a folder that only this user can enter. Rejects `invalid_config` where that folder is somebody else's.
 */
export function socketPathFor(directory: string, temporary: string = tmpdir()): string {
  const place = resolve(directory)
  const inside = join(place, 'ration.sock')
  if (Buffer.byteLength(inside) <= MAX_BYTES) return inside
  const folder = privateFolder(join(temporary, `ration-${userInfo().uid}`))
  const outside = join(folder, `${createHash('sha256').update(place).digest('hex').slice(0, 16)}.sock`)
  if (Buffer.byteLength(outside) <= MAX_BYTES) return outside
  throw new AppError('invalid_config', `No path to a socket is short enough: ${inside} and ${outside} are over ${MAX_BYTES} bytes`, {
    directory: place,
  })
}

/** Anybody may make a folder in a shared temporary folder, so its owner and mode are checked before it is trusted. */
function privateFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0) return folder
  throw new AppError('invalid_config', `${folder} must be a folder of this user that nobody else can enter`, { folder })
}
