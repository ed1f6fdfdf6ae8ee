import { open } from 'node:fs/promises'
import { codeOf } from '../../src/core/error-code.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { SourceSettings } from '../settings.ts'
import { mediaTypeOf } from './media-types.ts'
import type { SourceItem } from './source.ts'

/** One file as a document with the id and uri `name`, with its bytes as they are. What cannot be read or is too large is a failure. */
export async function readDocument(path: string, name: string, { fileBytes }: SourceSettings): Promise<SourceItem> {
  const fail = (code: ErrorCode, message: string): SourceItem => ({ failure: { id: name, code, message, hides: 'below' } })
  try {
    const content = await readAtMost(path, fileBytes)
    if (content === null) return fail('document_too_large', `The file has more than ${fileBytes} bytes (parse.file_bytes)`)
    return { document: { id: name as DocumentId, title: null, uri: name, mediaType: mediaTypeOf(path), content, metadata: {} } }
  } catch (error) {
    const code = codeOf(error)
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
