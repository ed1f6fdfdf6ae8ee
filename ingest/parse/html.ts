import { htmlToMarkdown } from './html-to-markdown.ts'
import { normaliseLineEndings } from './line-endings.ts'
import { mainContent } from './main-content.ts'
import { firstTitle, markdownBlocks } from './markdown.ts'
import type { FormatSettings } from './parse-settings.ts'
import type { ParsedContent } from './parsed.ts'

/** The main content of a page as Markdown, which is the stored text; tables and code stay. */
export function parseHtml(content: string, { markupDepth }: Pick<FormatSettings, 'markupDepth'>): ParsedContent {
  const page = mainContent(normaliseLineEndings(content), markupDepth)
  const text = htmlToMarkdown(page.html)
  const blocks = markdownBlocks(text)
  return { text, blocks, title: page.title ?? firstTitle(blocks), metadata: page.metadata }
}
