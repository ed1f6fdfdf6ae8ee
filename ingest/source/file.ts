import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import type { DocumentId } from '../../src/core/ids.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { SourceSettings } from '../settings.ts'
import { fileErrorCode } from './node-errors.ts'
import { MEDIA_TYPES, type SourceItem } from './source.ts'

/** One file as a document with the id and uri `name`. What cannot be read, is too large or is not UTF-8 is a failure. */
export async function readDocument(path: string, name: string, settings: SourceSettings): Promise<SourceItem> {
  const fail = (code: ErrorCode, message: string): SourceItem => ({ failure: { id: name, code, message } })
  const mediaType = MEDIA_TYPES[extname(path).toLowerCase()]
  if (mediaType === undefined) return fail('unsupported_media_type', `Files of type ${extname(path) || '(none)'} cannot be read`)
  try {
    const bytes = await readAtMost(path, settings.documentBytes)
    if (bytes === null) return fail('document_too_large', `The file has more than ${settings.documentBytes} bytes`)
    const content = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { document: { id: name as DocumentId, title: null, uri: name, mediaType, content, metadata: {} } }
  } catch (error) {
    if (error instanceof TypeError) return fail('invalid_document', 'The file is not UTF-8 text')
    const code = fileErrorCode(error)
    if (code === null) throw error
    return fail('invalid_document', `The file cannot be read (${code})`)
  }
}

/** Null where there is more. Asks the open file, so that one that grows meanwhile is no surprise. */
async function readAtMost(path: string, limit: number): Promise<Uint8Array | null> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size > limit) return null
    const bytes = await file.readFile()
    return bytes.length > limit ? null : bytes
  } finally {
    await file.close()
  }
}
