import type { FormatSettings } from '../parse-settings.ts'
import { greyMap, type Picture } from './bitmap.ts'
import type { Line } from './layout.ts'
import type { Pdf, PdfPage } from './open-pdf.ts'
import { picturesOn } from './pictures.ts'
import { createTextReader, type TextReader } from './text-reader.ts'

/** Smaller pictures hold no text that anybody could read. */
const LEAST_SIDE = 24

/** Lines read from the pictures of pages, by page number; pages without any are left out. */
export async function readPictures(
  pdf: Pdf,
  pages: readonly number[],
  { ocrLanguage, ocrPixels }: Pick<FormatSettings, 'ocrLanguage' | 'ocrPixels'>,
): Promise<ReadonlyMap<number, readonly Line[]>> {
  const reader = await createTextReader(ocrLanguage)
  const found = new Map<number, readonly Line[]>()
  try {
    for (const number of pages) {
      const page = await pdf.getPage(number)
      const lines = linesOf(await textOf(page, reader, ocrPixels), number - 1)
      if (lines.length > 0) found.set(number, lines)
      page.cleanup()
    }
  } finally {
    reader.close()
  }
  return found
}

async function textOf(page: PdfPage, reader: TextReader, mostPixels: number): Promise<string> {
  const texts: string[] = []
  for (const name of new Set(await picturesOn(page))) {
    const picture = await pictureOf(page, name)
    if (picture === null || picture.width * picture.height > mostPixels || Math.min(picture.width, picture.height) < LEAST_SIDE) continue
    const map = greyMap(picture)
    if (map !== null) texts.push(reader.read(map))
  }
  return texts.join('\n\n')
}

/** Null for one that pdf.js could not decode. Those that several pages share stand with the document. */
function pictureOf(page: PdfPage, name: string): Promise<Picture | null> {
  const objects = name.startsWith('g_') ? page.commonObjs : page.objs
  return new Promise((resolve) => {
    objects.get(name, (found: unknown) => {
      const { width, height, data } = (found ?? {}) as Partial<Picture>
      resolve(width !== undefined && height !== undefined && data !== undefined ? { width, height, data } : null)
    })
  })
}

/** In lines one apart, as wide as their characters; their size is smaller than any that a page has, so that none is a heading. */
function linesOf(text: string, page: number): readonly Line[] {
  const rows = text.split('\n').map((row) => row.replace(/[\p{Cc}\s]+/gu, ' ').trim())
  const region = { left: 0, right: Math.max(...rows.map((row) => row.length)) }
  return rows.flatMap((row, y) =>
    row === ''
      ? []
      : [
          {
            page,
            region,
            cells: [{ text: row, left: 0, right: row.length }],
            text: row,
            left: 0,
            right: row.length,
            y,
            size: 1,
            isRtl: false,
          },
        ],
  )
}
