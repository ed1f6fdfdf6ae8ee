import type { Metadata } from '../../../src/core/types.ts'
import type { Pdf } from './open-pdf.ts'

/** What the PDF says about itself. */
export async function factsOf(pdf: Pdf): Promise<{ readonly title: string | null; readonly metadata: Metadata }> {
  const found = await pdf.getMetadata().catch(() => null)
  const info = new Map<string, unknown>(Object.entries(found?.info ?? {}))
  const text = (key: string): string => {
    const value = info.get(key)
    return typeof value === 'string'
      ? value
          .toWellFormed()
          .replace(/[\p{Cc}\s]+/gu, ' ')
          .trim()
          .slice(0, FACT_CHARACTERS)
      : ''
  }
  const facts = { author: text('Author'), subject: text('Subject'), keywords: text('Keywords'), created: dateOf(text('CreationDate')) }
  const given = Object.entries(facts).filter(([, value]) => value !== '')
  return { title: titleOf(text('Title')), metadata: { ...Object.fromEntries(given), pages: pdf.numPages } }
}

const FACT_CHARACTERS = 1000

/** Programs put the name of the file there, or what they call a document without one. */
function titleOf(title: string): string | null {
  const isName =
    /^(?:untitled|unbenannt|document|title)?\s*\d*$|\.(?:docx?|pdf|tex|indd|odt|rtf|xlsx?|pptx?|dvi)$|^Microsoft \w+ - /iu.test(title)
  return isName ? null : title
}

/** `D:20240103093826+01'00'` is `2024-01-03` (ISO 32000-1, 7.9.4). */
function dateOf(date: string): string {
  const [, year, month = '01', day = '01'] = /^D:(\d{4})(\d{2})?(\d{2})?/u.exec(date) ?? []
  return year === undefined ? '' : `${year}-${month}-${day}`
}
