import { AppError } from '../../../src/core/errors.ts'
import type { FormatSettings } from '../parse-settings.ts'

export type Pdf = Awaited<ReturnType<typeof load>>
export type PdfPage = Awaited<ReturnType<Pdf['getPage']>>

/**
 * A PDF, opened by pdf.js in this thread. Nothing is fetched and nothing of it is executed: scripts, forms and attachments are never looked at.
 * Rejects `document_unreadable` for what is encrypted or broken, `parser_limit` for too many pages.
 */
export async function openPdf(bytes: Uint8Array, { pages }: Pick<FormatSettings, 'pages'>): Promise<Pdf> {
  let pdf: Pdf
  try {
    pdf = await load(bytes)
  } catch (error) {
    throw refusal(error)
  }
  if (pdf.numPages <= pages) return pdf
  await pdf.loadingTask.destroy()
  throw new AppError('parser_limit', `${pdf.numPages} pages are more than ${pages}`, { limit: 'pages', maximum: pages })
}

async function load(bytes: Uint8Array) {
  const { getResolvedPDFJS } = await import('unpdf')
  const { getDocument } = await getResolvedPDFJS()
  return getDocument({
    // pdf.js takes what it is given and leaves it empty.
    data: Uint8Array.from(bytes),
    verbosity: 0,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    stopAtErrors: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
  }).promise
}

function refusal(cause: unknown): AppError {
  const { name, message } = cause instanceof Error ? cause : { name: '', message: String(cause) }
  return name === 'PasswordException'
    ? new AppError('document_unreadable', 'The PDF is encrypted: ingest it without its password', { reason: 'encrypted' }, { cause })
    : new AppError('document_unreadable', `The PDF cannot be read: ${message.slice(0, 200)}`, { reason: 'malformed' }, { cause })
}
