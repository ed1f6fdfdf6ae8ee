import { AppError } from '../../../src/core/errors.ts'
import { htmlToMarkdown } from '../html-to-markdown.ts'
import { firstTitle, markdownBlocks } from '../markdown.ts'
import type { ParsedContent } from '../parsed.ts'
import type { FormatSettings } from '../parse-settings.ts'
import { checkPackage } from './check-package.ts'
import { docxFacts } from './docx-facts.ts'
import { knownStyles, STYLE_MAP } from './styles.ts'

/**
 * A Word document as Markdown: headings, lists, tables, code, text boxes, footnotes and endnotes at the end. Insertions are accepted; deletions,
 * comments and pictures are left out; links keep their text. The document's own style map is not read and nothing outside the file is looked at.
 * Rejects `document_unreadable` for what is no Word document or has a DTD, `parser_limit` for one that unpacks to too much.
 */
export async function parseDocx(bytes: Uint8Array, settings: FormatSettings): Promise<ParsedContent> {
  const { core, styles } = await checkPackage(bytes, settings)
  const text = htmlToMarkdown(await htmlOf(bytes, styles))
  if (text === '') throw new AppError('document_unreadable', 'The Word document has no text', { reason: 'no_text' })
  const blocks = markdownBlocks(text)
  const { title, metadata } = docxFacts(core)
  return { text, blocks, title: title ?? firstTitle(blocks), metadata }
}

async function htmlOf(bytes: Uint8Array, styles: string): Promise<string> {
  const { default: mammoth } = await import('mammoth')
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      {
        styleMap: [...STYLE_MAP],
        includeEmbeddedStyleMap: false,
        externalFileAccess: false,
        // Empty lines of a listing are paragraphs too.
        ignoreEmptyParagraphs: false,
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
        transformDocument: knownStyles(styles),
      },
    )
    return value
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      'document_unreadable',
      `The Word document cannot be read: ${message.slice(0, 200)}`,
      { reason: 'malformed' },
      { cause },
    )
  }
}
