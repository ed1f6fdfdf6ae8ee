import { AppError } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { decodeText } from './decode-text.ts'
import { essence, isTextType, typeOfName } from './media-types.ts'
import { isHtmlPage, isJsonLines, sniffText } from './sniff-text.ts'
import { zipNames } from './zip-names.ts'

export const PDF = 'application/pdf'
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const ZIP = 'application/zip'
export const GZIP = 'application/gzip'
export const TAR = 'application/x-tar'
/** Word, Excel or PowerPoint behind a password: a container of the old kind around the encrypted one. */
const ENCRYPTED_OFFICE = 'application/x-encrypted-office'

/** What the content of a document is, told by the content; media type and name decide between texts that look alike. */
export interface Detected {
  readonly mediaType: string
  /** Text where the type is one of text, otherwise the bytes. */
  readonly content: string | Uint8Array
  readonly warnings: readonly string[]
}

type Hinted = Pick<RawDocument, 'id' | 'uri' | 'mediaType' | 'content'>

/**
 * Rejects `unsupported_media_type` for bytes that are neither text nor a known file (their type is named where it is known), and
 * `document_unreadable` for an encrypted office document.
 */
export async function detect(raw: Hinted): Promise<Detected> {
  const { content } = raw
  const hint = essence(raw.mediaType)
  if (typeof content === 'string') {
    if (!isTextType(hint)) throw unsupported(hint || 'an empty media type', 'given as text')
    return { mediaType: hint, content, warnings: [] }
  }
  const file = fileType(content)
  if (file === ENCRYPTED_OFFICE) {
    throw new AppError('document_unreadable', 'The file is encrypted: ingest it without its password', { reason: 'encrypted' })
  }
  if (file !== null) return { mediaType: file, content, warnings: [] }
  const decoded = decodeText(content)
  if (decoded === null) throw unsupported((await nameOfBinary(content)) ?? 'binary content of no known type')
  return { mediaType: textType(decoded.text, hint, raw.uri ?? raw.id), content: decoded.text, warnings: decoded.warnings }
}

/** Whether the content may be several documents: an archive or JSON. Looks at a few bytes, so that all others go past. */
export function mayHoldMany({ content, mediaType, uri, id }: Hinted): boolean {
  const hint = essence(mediaType)
  if (typeof content === 'string') return hint === 'application/json' || hint === 'application/x-ndjson'
  const file = fileType(content)
  if (file !== null) return file === ZIP || file === GZIP || file === TAR
  const isJsonName = hint.includes('json') || typeOfName(uri ?? id)?.includes('json') === true
  const isUnnamed = !isTextType(hint) && typeOfName(uri ?? id) === null
  return isJsonName || (isUnnamed && /^(?:\xEF\xBB\xBF)?\s*[[{]/u.test(Buffer.from(content.subarray(0, 64)).toString('latin1')))
}

const PDF_HEAD_BYTES = 1024
const OFFICE_NAMES = 64

/** Files that begin with their mark; null for all others, text among them. */
export function fileType(bytes: Uint8Array): string | null {
  const begins = (...marks: readonly number[]) => marks.every((mark, i) => bytes[i] === mark)
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, PDF_HEAD_BYTES))
  if (head.includes('%PDF-')) return PDF
  if (begins(0x50, 0x4b, 3, 4) || begins(0x50, 0x4b, 5, 6)) return zipType(bytes, head)
  if (begins(0x1f, 0x8b)) return GZIP
  if (head.toString('latin1', 257, 262) === 'ustar') return TAR
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return oldOfficeType(bytes)
  return null
}

function zipType(bytes: Uint8Array, head: Buffer): string {
  const named = /^mimetype(application\/[\w.+-]+?)(?:PK|$)/u.exec(head.toString('latin1', 30))?.[1]
  if (named !== undefined) return named
  const names = zipNames(bytes, OFFICE_NAMES)
  const has = (folder: string) => names.some((name) => name.startsWith(folder))
  if (!names.includes('[Content_Types].xml')) return ZIP
  if (has('word/')) return DOCX
  const other = has('xl/') ? 'spreadsheetml.sheet' : has('ppt/') ? 'presentationml.presentation' : null
  return other === null ? ZIP : `application/vnd.openxmlformats-officedocument.${other}`
}

function oldOfficeType(bytes: Uint8Array): string {
  const isEncrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from('EncryptedPackage', 'utf16le'))
  return isEncrypted ? ENCRYPTED_OFFICE : 'application/x-cfb'
}

const GENERIC = new Set(['text/plain', 'text/xml'])

function textType(text: string, hint: string, name: string): string {
  const named = typeOfName(name)
  const given = isTextType(hint) && !GENERIC.has(hint) ? hint : (named ?? (hint === 'text/plain' ? hint : null))
  const isProse = given === null || given === 'text/plain' || given === 'text/markdown'
  if (isProse && isHtmlPage(text)) return 'text/html'
  if (given === 'application/json' && isJsonLines(text)) return 'application/x-ndjson'
  return given ?? sniffText(text)
}

async function nameOfBinary(bytes: Uint8Array): Promise<string | null> {
  try {
    const { fileTypeFromBuffer } = await import('file-type')
    return (await fileTypeFromBuffer(bytes))?.mime ?? null
  } catch {
    return null
  }
}

function unsupported(type: string, how = ''): AppError {
  return new AppError('unsupported_media_type', `${type}${how === '' ? '' : ` ${how}`} cannot be parsed`, { media_type: type })
}
