import type { Metadata } from '../../../src/core/types.ts'

const FACT_CHARACTERS = 1000

/** What the document says about itself, out of the XML of its core properties (ISO/IEC 29500-2, 11). */
export function docxFacts(core: string): { readonly title: string | null; readonly metadata: Metadata } {
  const text = (tag: string): string => {
    const found = new RegExp(`<${tag}(?:\\s[^>]*)?>([^<]*)</${tag}>`, 'u').exec(core)?.[1] ?? ''
    return found
      .replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/giu, entity)
      .toWellFormed()
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, FACT_CHARACTERS)
  }
  const facts = {
    author: text('dc:creator'),
    subject: text('dc:subject'),
    description: text('dc:description'),
    keywords: text('cp:keywords'),
    created: /^\d{4}-\d{2}-\d{2}/u.exec(text('dcterms:created'))?.[0] ?? '',
    modified: /^\d{4}-\d{2}-\d{2}/u.exec(text('dcterms:modified'))?.[0] ?? '',
  }
  const title = text('dc:title')
  return { title: title === '' ? null : title, metadata: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')) }
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function entity(whole: string, name?: string, decimal?: string, hexadecimal?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
