import type { FormatSettings } from '../parse-settings.ts'
import type { Line } from './layout.ts'
import type { Pdf } from './open-pdf.ts'

/** Lines that were read from the pictures of pages, by page number; empty where that is switched off. */
export async function scannedText(
  pdf: Pdf,
  pages: readonly number[],
  settings: FormatSettings,
): Promise<ReadonlyMap<number, readonly Line[]>> {
  if (!settings.ocr || pages.length === 0) return new Map()
  const { readPictures } = await import('./read-pictures.ts')
  return readPictures(pdf, pages, settings)
}
