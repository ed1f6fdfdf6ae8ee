import { AppError } from '../../../src/core/errors.ts'
import type { ParsedContent } from '../parsed.ts'
import type { FormatSettings } from '../parse-settings.ts'
import { blocksOfLines } from './blocks.ts'
import { openPdf, type Pdf } from './open-pdf.ts'
import { outlineOf } from './outline.ts'
import { factsOf } from './facts.ts'
import type { PageLayout } from './layout.ts'
import { readPage } from './read-page.ts'
import { withoutRepeated } from './repeated-lines.ts'
import { scannedText } from './scanned.ts'
import { writeText } from './write-text.ts'

/**
 * The text of a PDF in reading order, paragraphs rebuilt from lines, headings by the size of their letters or the outline, without what stands on
 * every page. Pages are read one after the other and let go of. Rejects what `openPdf` rejects, and `document_unreadable` where no page has text.
 */
export async function parsePdf(bytes: Uint8Array, settings: FormatSettings): Promise<ParsedContent> {
  const pdf = await openPdf(bytes, settings)
  try {
    const { pages, warnings } = await readPages(pdf, settings)
    const outline = await outlineOf(pdf)
    const content = writeText(blocksOfLines(withoutRepeated(pages).flat(), outline), pages.length)
    const { title, metadata } = await factsOf(pdf)
    return { ...content, title: title ?? content.title, metadata, warnings }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

/** A PDF with as many scanned pages is a scanned one: its other pages without text are taken for scanned too. */
const SCANNED_PAGES = 8

async function readPages(
  pdf: Pdf,
  settings: FormatSettings,
): Promise<{ readonly pages: readonly PageLayout[]; readonly warnings: readonly string[] }> {
  const pages: PageLayout[] = []
  const scanned: number[] = []
  const broken: number[] = []
  let characters = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const read = await readPage(pdf, number, scanned.length >= SCANNED_PAGES)
    if (read === null) broken.push(number)
    else if (read.isScanned) scanned.push(number)
    pages.push({ lines: read?.lines ?? [] })
    for (const { text } of read?.lines ?? []) characters += text.length
    if (characters > settings.outputCharacters) {
      throw new AppError('parser_limit', `The text of the PDF is over ${settings.outputCharacters} characters`, {
        limit: 'output_characters',
        maximum: settings.outputCharacters,
      })
    }
  }
  const found = await scannedText(pdf, scanned, settings)
  for (const [number, lines] of found) pages[number - 1] = { lines }
  const unread = scanned.filter((number) => !found.has(number))
  refuseEmpty(pages, { unread, broken, ocr: settings.ocr })
  return { pages, warnings: warningsOf(pdf.numPages, [...found.keys()], unread, broken) }
}

interface Gaps {
  readonly unread: readonly number[]
  readonly broken: readonly number[]
  readonly ocr: boolean
}

function refuseEmpty(pages: readonly PageLayout[], { unread, broken, ocr }: Gaps): void {
  if (pages.some(({ lines }) => lines.length > 0)) return
  if (broken.length > 0) throw new AppError('document_unreadable', 'No page of the PDF can be read', { reason: 'malformed' })
  if (unread.length === 0) throw new AppError('document_unreadable', 'The PDF has no text', { reason: 'no_text' })
  const how = ocr ? 'nothing was found in its pictures' : 'the setting parse.ocr reads such pages'
  throw new AppError('document_unreadable', `No page of the PDF has text, it looks scanned: ${how}`, { reason: 'scanned' })
}

function warningsOf(pages: number, read: readonly number[], unread: readonly number[], broken: readonly number[]): readonly string[] {
  const some = (numbers: readonly number[], what: string): readonly string[] =>
    numbers.length === 0 ? [] : [`${numbers.length} of ${pages} pages ${what}: ${ranges(numbers)}`]
  return [
    ...some(unread, 'hold pictures and no text (scanned)'),
    ...some(read, 'were read from pictures (OCR)'),
    ...some(broken, 'cannot be read'),
  ]
}

/** Longer lists of pages end in dots. */
const MOST_RANGES = 20

/** `1-3, 7`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  const shown = runs.slice(0, MOST_RANGES).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
  return [...shown, ...(runs.length > MOST_RANGES ? ['…'] : [])].join(', ')
}
