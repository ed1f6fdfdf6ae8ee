import type { Line } from './layout.ts'
import type { Glyphs } from './fragments.ts'
import type { Pdf, PdfPage } from './open-pdf.ts'
import { pageLines } from './page-lines.ts'
import { picturesOn } from './pictures.ts'

export interface ReadPage {
  readonly lines: readonly Line[]
  /** No text, but pictures. */
  readonly isScanned: boolean
}

/**
 * One page, from 1; null where it is broken. One without text is looked at for pictures, or taken for scanned where `isLikelyScanned`: pdf.js decodes
 * what it finds, half a second a page. It forgets the page afterwards, so that memory does not grow with pages.
 */
export async function readPage(pdf: Pdf, number: number, isLikelyScanned: boolean): Promise<ReadPage | null> {
  let page: PdfPage | null = null
  try {
    page = await pdf.getPage(number)
    const lines = pageLines(await glyphsOf(page), number - 1)
    return { lines, isScanned: lines.length === 0 && (isLikelyScanned || (await picturesOn(page)).length > 0) }
  } catch {
    return null
  } finally {
    page?.cleanup()
  }
}

async function glyphsOf(page: PdfPage): Promise<readonly Glyphs[]> {
  const { transform } = page.getViewport({ scale: 1 })
  const { items } = await page.getTextContent()
  return items.flatMap((item) => {
    if (!('str' in item) || item.str === '') return []
    return [{ text: item.str, isRtl: item.dir === 'rtl', width: item.width, transform: multiply(transform, item.transform as number[]) }]
  })
}

/** Two affine maps [a b c d e f], the second applied first (ISO 32000-1, 8.3.3). */
function multiply(m: readonly number[], n: readonly number[]): Glyphs['transform'] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = m
  const [p = 1, q = 0, r = 0, s = 1, t = 0, u = 0] = n
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
}
