import { AppError } from '../../src/core/errors.ts'

/**
 * The name of a file in an archive as a path with slashes, or null for what a folder would pass over too: hidden files, `node_modules`, the
 * folders of macOS. Rejects `invalid_document` for a name that leads out of the archive or is none.
 */
export function innerPath(name: string): string | null {
  const path = name.replaceAll('\\', '/')
  const isAbsolute = path.startsWith('/') || /^[a-z]:/iu.test(path)
  const parts = path.split('/').filter((part) => part !== '.' && part !== '')
  if (isAbsolute || parts.includes('..'))
    throw new AppError('invalid_document', 'The name of the file leads out of the archive', { reason: 'path' })
  if (parts.length === 0 || /\p{Cc}/u.test(path)) throw new AppError('invalid_document', 'The file has no usable name', { reason: 'path' })
  return parts.some((part) => part.startsWith('.') || part === 'node_modules' || part === '__MACOSX') ? null : parts.join('/')
}

const ID_CHARACTERS = 512

/** How a file that cannot be used is named in a report. */
export function shownId(archive: string, name: string): string {
  return `${archive}/${name.replace(/\p{Cc}/gu, '\uFFFD')}`.slice(0, ID_CHARACTERS).toWellFormed()
}
