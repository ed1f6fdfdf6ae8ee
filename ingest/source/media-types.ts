import { typeOfName } from '../parse/media-types.ts'

const FILES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

const ARCHIVES: Readonly<Record<string, string>> = {
  '.zip': 'application/zip',
  '.tar.gz': 'application/gzip',
  '.tgz': 'application/gzip',
}

const UNKNOWN = 'application/octet-stream'

/** The media type that the name of a file suggests: a hint, since its content decides in the service. */
export function mediaTypeOf(name: string): string {
  const ending = endingOf(name)
  return FILES[ending] ?? ARCHIVES[ending] ?? typeOfName(`file${ending}`) ?? UNKNOWN
}

/** Whether a file of this name is taken from a folder. */
export const hasKnownEnding = (name: string): boolean => mediaTypeOf(name) !== UNKNOWN

/** One document a line, each with an id of its own. */
export const isJsonLines = (name: string): boolean => mediaTypeOf(name) === 'application/x-ndjson'

/** Whether a file is many files. */
export const isArchive = (name: string): boolean => Object.hasOwn(ARCHIVES, endingOf(name))

/** Whether a file may become documents below its own name. */
export const holdsMany = (name: string): boolean => isArchive(name) || endingOf(name) === '.json'

/**
 * Whether a document of this id and address came out of a file of that path, or of a file in it: then its address is the path too, or it is a record
 * with an address of its own.
 */
export function isFromFile(id: string, uri: string | null): boolean {
  if (uri !== null && (uri === id || id.startsWith(`${uri}/`))) return true
  const parts = id.split('/')
  return parts.some((part, i) => i < parts.length - 1 && holdsMany(part))
}

/** From the last dot in lower case, from the one before for `.tar.gz`; empty where there is none but at the beginning. */
function endingOf(name: string): string {
  return /[^/](\.tar\.gz|\.[^./]*)$/iu.exec(name)?.[1]?.toLowerCase() ?? ''
}
